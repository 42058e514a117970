//! Questions, and answers that come word by word.

use serde::Deserialize;

/// The payloads of the events of an answer.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Speech {
    /// `token`: a word, with the space behind it.
    Token {
        /// The word.
        text: String,
    },
    /// `done`: that was all.
    Done {
        /// How many tokens the whole answer has.
        tokens: usize,
    },
}

/// A question and what has come of its answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exchange {
    /// The question.
    pub prompt: String,
    /// The answer so far.
    pub answer: String,
    /// How many tokens that is.
    pub tokens: usize,
    /// How far it is.
    pub progress: Progress,
}

/// How far an answer is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Progress {
    /// More words are to come.
    Answering,
    /// It is complete.
    Done,
    /// It will not be complete, and why.
    Failed(String),
}

impl Progress {
    /// One word for it, as the style sheet and the tests know it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Answering => "answering",
            Self::Done => "done",
            Self::Failed(_) => "failed",
        }
    }
}

/// All exchanges, the latest one last.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Conversation {
    exchanges: Vec<Exchange>,
}

impl Conversation {
    /// Adds a question.
    pub fn ask(&mut self, prompt: &str) {
        let prompt = prompt.to_owned();
        self.exchanges.push(Exchange { prompt, answer: String::new(), tokens: 0, progress: Progress::Answering });
    }

    /// What comes of the latest answer.
    pub fn hear(&mut self, speech: &Speech) {
        let Some(exchange) = self.answering() else { return };
        match speech {
            Speech::Token { text } => {
                exchange.answer.push_str(text);
                exchange.tokens += 1;
            }
            Speech::Done { tokens } if *tokens == exchange.tokens => exchange.progress = Progress::Done,
            Speech::Done { tokens } => {
                exchange.progress = Progress::Failed(format!("{} of {tokens} words have come", exchange.tokens));
            }
        }
    }

    /// The latest answer will not be complete.
    pub fn fail(&mut self, why: String) {
        if let Some(exchange) = self.answering() {
            exchange.progress = Progress::Failed(why);
        }
    }

    /// Whether words are still to come.
    pub fn is_answering(&self) -> bool {
        self.exchanges.last().is_some_and(|exchange| exchange.progress == Progress::Answering)
    }

    /// The latest one last.
    pub fn exchanges(&self) -> &[Exchange] {
        &self.exchanges
    }

    fn answering(&mut self) -> Option<&mut Exchange> {
        self.exchanges.last_mut().filter(|exchange| exchange.progress == Progress::Answering)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(words: &[&str]) -> Conversation {
        let mut conversation = Conversation::default();
        conversation.ask("What?");
        words.iter().for_each(|word| conversation.hear(&token(word)));
        conversation
    }

    fn token(word: &str) -> Speech {
        Speech::Token { text: word.to_owned() }
    }

    #[test]
    fn words_add_up_to_an_answer_until_it_is_done() {
        let mut conversation = asked(&["So ", "what"]);
        assert!(conversation.is_answering());
        conversation.hear(&Speech::Done { tokens: 2 });
        conversation.hear(&token(" else"));
        let [exchange] = conversation.exchanges() else { panic!("one exchange") };
        assert_eq!((&*exchange.answer, &exchange.progress), ("So what", &Progress::Done));
        assert!(!conversation.is_answering());
    }

    #[test]
    fn an_answer_with_words_missing_is_not_done() {
        let mut conversation = asked(&["So "]);
        conversation.hear(&Speech::Done { tokens: 2 });
        assert_eq!(conversation.exchanges()[0].progress, Progress::Failed("1 of 2 words have come".into()));
    }

    #[test]
    fn what_comes_after_a_failure_or_without_a_question_goes_nowhere() {
        let mut conversation = asked(&["So "]);
        conversation.fail("no network".into());
        conversation.hear(&Speech::Done { tokens: 1 });
        assert_eq!(conversation.exchanges()[0].progress, Progress::Failed("no network".into()));
        let mut empty = Conversation::default();
        empty.hear(&token("So"));
        assert_eq!(empty, Conversation::default());
    }

    #[test]
    fn each_payload_is_told_by_its_members() -> Result<(), serde_json::Error> {
        assert_eq!(serde_json::from_str::<Speech>(r#"{"text": "So "}"#)?, token("So "));
        assert_eq!(serde_json::from_str::<Speech>(r#"{"tokens": 2}"#)?, Speech::Done { tokens: 2 });
        Ok(())
    }
}
