//! Shared by the native tests: the vectors and the naive interpreter.

pub(crate) mod naive;
pub(crate) mod vectors;
