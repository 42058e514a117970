/** Why a stream was refused or broke off. */
export class StreamError extends Error {
  /** Whatever a minifier makes of the class. */
  static get name() {
    return "StreamError";
  }

  constructor(reason, message, { status, headers, body, cause } = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "StreamError";
    this.reason = reason;
    this.status = status;
    this.headers = headers;
    this.body = body;
  }
}
