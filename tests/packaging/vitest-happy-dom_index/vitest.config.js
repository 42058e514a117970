// happy-dom's fetch knows origins: the page is to be of that of the streams.
export default {
  test: { environment: "happy-dom", environmentOptions: { happyDOM: { url: process.env.STREAMS } } },
};
