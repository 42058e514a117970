//! The payloads of the dashboard's events.

use serde::Deserialize;

/// One event of the dashboard's stream. Its `time` is in milliseconds from the start of the server.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(untagged)]
pub enum Happening {
    /// `tick`: a new value for the chart.
    Tick {
        /// When.
        time: f64,
        /// Requests per second.
        value: f64,
    },
    /// `deploy`: a service has a new version.
    Deploy {
        /// When.
        time: f64,
        /// Which service.
        service: String,
        /// Which version.
        version: String,
    },
    /// `alert`: something is wrong with a service.
    Alert {
        /// When.
        time: f64,
        /// Which service.
        service: String,
        /// What is wrong.
        message: String,
    },
    /// `login`: somebody has come.
    Login {
        /// When.
        time: f64,
        /// Who.
        user: String,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_payload_is_told_by_its_members() -> Result<(), serde_json::Error> {
        let read = serde_json::from_str::<Happening>;
        assert_eq!(read(r#"{"time": 1, "value": 2.5}"#)?, Happening::Tick { time: 1.0, value: 2.5 });
        let login = Happening::Login { time: 2.0, user: "ada".into() };
        assert_eq!(read(r#"{"user": "ada", "time": 2}"#)?, login);
        let deploy = Happening::Deploy { time: 3.0, service: "mail".into(), version: "1.2".into() };
        assert_eq!(read(r#"{"service": "mail", "version": "1.2", "time": 3}"#)?, deploy);
        let alert = Happening::Alert { time: 4.0, service: "mail".into(), message: "slow".into() };
        assert_eq!(read(r#"{"service": "mail", "message": "slow", "time": 4}"#)?, alert);
        assert!(read(r#"{"time": 5}"#).is_err());
        Ok(())
    }
}
