export default { server: { proxy: { "/streams": process.env.SERVER } } };
