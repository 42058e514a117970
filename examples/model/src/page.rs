//! The URLs of the streams.

/// Where a page gets its streams from. Each page has a name of its own, by which the server finds its streams when it is
/// to cut them; a page whose query names a `client` has that. The rest of the query goes to the server, too: with
/// `?interval=50&retry=500` everything goes faster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    client: String,
    options: String,
}

impl Page {
    /// From the query of the page's URL, with its question mark if it has one, and a random number below 1.
    pub fn new(search: &str, random: f64) -> Self {
        let mut client = format!("page-{:08x}", (random * f64::from(u32::MAX)) as u32);
        let mut options = String::new();
        for parameter in search.trim_start_matches('?').split('&').filter(|parameter| !parameter.is_empty()) {
            match parameter.strip_prefix("client=") {
                Some(name) => name.clone_into(&mut client),
                None => options.extend(["&", parameter]),
            }
        }
        Self { client, options }
    }

    /// The stream of the dashboard.
    pub fn dashboard(&self) -> String {
        format!("/demo/dashboard?client={}{}", self.client, self.options)
    }

    /// The stream that answers a prompt.
    pub fn chat(&self, prompt: &str) -> String {
        format!("/demo/chat?client={}{}&prompt={}", self.client, self.options, percent_encoded(prompt))
    }

    /// What to POST to for the server to cut the streams of this page.
    pub fn cut(&self) -> String {
        format!("/demo/cut?client={}", self.client)
    }
}

fn percent_encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_has_a_name_that_its_query_can_set() {
        let page = Page::new("", 0.5);
        assert_eq!(page.dashboard(), "/demo/dashboard?client=page-7fffffff");
        assert_eq!(page.cut(), "/demo/cut?client=page-7fffffff");
        let page = Page::new("?client=a&interval=50", 0.5);
        assert_eq!(page.dashboard(), "/demo/dashboard?client=a&interval=50");
    }

    #[test]
    fn a_prompt_is_encoded_whatever_it_is() {
        let page = Page::new("?client=a", 0.0);
        assert_eq!(page.chat("a&b=é ~"), "/demo/chat?client=a&prompt=a%26b%3D%C3%A9%20~");
    }
}
