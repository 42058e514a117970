// In the place of @types/node, for tsconfig.node20.json.
/// <reference types="types-of-node20" />
