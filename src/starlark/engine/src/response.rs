//! What goes out.

use serde::Serialize;
use serde_json::value::RawValue;

use crate::failure::Failure;

/// The outcome of one evaluation: what was found or an error.
#[derive(Serialize, Default)]
pub struct Response {
    #[serde(flatten)]
    pub found: Option<Found>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<Failure>,
    /// The inputs that the program asked for.
    pub asked: Vec<String>,
    /// What the program printed.
    pub output: String,
}

/// What each goal leads to.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Found {
    /// Names, in the order of their definitions.
    Functions(Vec<String>),
    Value(Box<RawValue>),
}
