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
    pub goal: Goal,
    pub constructors: Vec<ConstructorSpec>,
    /// What only testing files can call, beside `assert` and `ctx`.
    #[serde(default)]
    pub testing_constructors: Vec<ConstructorSpec>,
    /// The methods of the function's one argument; `None` for one that has no value here.
    pub inputs: BTreeMap<String, Option<String>>,
    pub limits: Limits,
}

impl Request {
    /// A file's place among the files.
    pub fn index_of(&self, path: &str) -> Option<usize> {
        self.files.iter().position(|file| file.path == path)
    }

    /// Whether a file is there to test others.
    pub fn is_testing(&self, path: &str) -> bool {
        self.files
            .iter()
            .any(|file| file.testing && file.path == path)
    }
}

/// What is wanted of a program.
#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum Goal {
    /// The functions that the entry file defines; it is an error if the named one is not among them.
    Look { function: Option<String> },
    /// What a function of the entry file returns for the inputs.
    Call { function: String },
    /// The same for a function without parameters.
    Test { function: String },
}

#[derive(Deserialize)]
pub struct File {
    pub path: String,
    pub text: String,
    /// Whether it is there to test others.
    #[serde(default)]
    pub testing: bool,
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
