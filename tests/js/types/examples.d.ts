// What the examples of the documents use and do not declare: an application around them.
declare const signal: AbortSignal;
declare const token: string;
declare const headers: Record<string, string>;
declare function freshToken(): Promise<string>;
declare function show(...what: unknown[]): void;
