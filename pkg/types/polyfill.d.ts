// Sets globalThis.EventSource, whose type is TypeScript's own.
export {};
