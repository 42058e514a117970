use page::Log;

pub fn follow(url: &str, log: Log) {
    log.event("message", url);
    log.state("hello");
    log.error("world");
    log.ended();
}
