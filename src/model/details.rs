//! The `details` of a tool's answer, in which the tool itself says how it ended.
//!
//! They stand in the result of a transcript and in the `tool.result` event alike.

use super::member::{Members, Scalar, Source};

/// The members of `details` that an index keeps.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Details<'a> {
    pub(super) status: Scalar<'a>,
    exit_code: Scalar<'a>,
    exit_code_snake: Scalar<'a>,
}

impl Details<'_> {
    /// The exit code, in either spelling.
    pub(super) fn exit(&self) -> Option<i32> {
        let code = self.exit_code.number().or_else(|| self.exit_code_snake.number());
        code.map(|code| code as i32)
    }
}

impl<'de> Members<'de> for Details<'de> {
    fn member<S: Source<'de>>(&mut self, name: &str, value: S) -> Result<(), S::Error> {
        let member = match name {
            "status" => &mut self.status,
            "exitCode" => &mut self.exit_code,
            "exit_code" => &mut self.exit_code_snake,
            _ => return value.skip(),
        };
        *member = value.read()?;
        Ok(())
    }
}
