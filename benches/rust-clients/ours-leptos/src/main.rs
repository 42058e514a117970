mod client;

fn main() {
    page::run(client::follow);
}
