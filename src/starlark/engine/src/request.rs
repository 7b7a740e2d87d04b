//! What comes in.

use std::collections::BTreeMap;

use serde::Deserialize;

/// One evaluation.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Request {
    /// Every file of the program, in an order that the host knows too.
    pub files: Vec<File>,
    /// The path of the file that has the function to call.
    pub entry: String,
    /// The name of that function.
    pub function: String,
    pub constructors: Vec<ConstructorSpec>,
    /// The methods of the function's one argument; `None` for one that has no value here.
    pub inputs: BTreeMap<String, Option<String>>,
    pub limits: Limits,
}

impl Request {
    /// A file's place among the files.
    pub fn index_of(&self, path: &str) -> Option<usize> {
        self.files.iter().position(|file| file.path == path)
    }
}

#[derive(Deserialize)]
pub struct File {
    pub path: String,
    pub text: String,
}

/// A function that programs can call to make an opaque value.
#[derive(Deserialize, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct ConstructorSpec {
    pub name: String,
    pub parameters: Vec<ParameterSpec>,
    pub keyword_only: bool,
}

#[derive(Deserialize, PartialEq)]
pub struct ParameterSpec {
    pub name: String,
    #[serde(default)]
    pub required: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Limits {
    /// Function calls and rounds of loops, over all files together.
    pub steps: u64,
    /// What the values of one file may take.
    pub heap_bytes: usize,
}
