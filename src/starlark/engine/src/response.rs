//! What goes out.

use serde::Serialize;
use serde_json::value::RawValue;

use crate::failure::Failure;

/// The outcome of one evaluation: a value or an error.
#[derive(Serialize, Default)]
pub struct Response {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<Box<RawValue>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<Failure>,
    /// The inputs that the program asked for.
    pub asked: Vec<String>,
    /// What the program printed.
    pub output: String,
}
