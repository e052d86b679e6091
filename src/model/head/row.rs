//! The members of a row that matter to the index.

use super::block::{Content, UsageMembers};
use crate::model::details::Details;
use crate::model::member::{Maybe, Members, Scalar, Source};

/// The members of a row.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Row<'a> {
    pub(super) type_name: Scalar<'a>,
    pub(super) id: Scalar<'a>,
    pub(super) parent: Scalar<'a>,
    pub(super) timestamp: Scalar<'a>,
    pub(super) append_mode: Scalar<'a>,
    pub(super) target: Scalar<'a>,
    pub(super) append_parent: Scalar<'a>,
    pub(super) provider: Scalar<'a>,
    pub(super) model_id: Scalar<'a>,
    pub(super) label: Scalar<'a>,
    pub(super) name: Scalar<'a>,
    pub(super) version: Scalar<'a>,
    pub(super) cwd: Scalar<'a>,
    pub(super) parent_session: Scalar<'a>,
    pub(super) branched_from: Scalar<'a>,
    pub(super) message: Maybe<Message<'a>>,
}

impl<'de> Members<'de> for Row<'de> {
    fn member<S: Source<'de>>(&mut self, name: &str, value: S) -> Result<(), S::Error> {
        let member = match name {
            "message" => return value.read().map(|message| self.message = message),
            "type" => &mut self.type_name,
            "id" => &mut self.id,
            "parentId" => &mut self.parent,
            "timestamp" => &mut self.timestamp,
            "appendMode" => &mut self.append_mode,
            "targetId" => &mut self.target,
            "appendParentId" => &mut self.append_parent,
            "provider" => &mut self.provider,
            "modelId" => &mut self.model_id,
            "label" => &mut self.label,
            "name" => &mut self.name,
            "version" => &mut self.version,
            "cwd" => &mut self.cwd,
            "parentSession" => &mut self.parent_session,
            "branchedFrom" => &mut self.branched_from,
            _ => return value.skip(),
        };
        *member = value.read()?;
        Ok(())
    }
}

/// The members of a row's `message`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Message<'a> {
    pub(super) role: Scalar<'a>,
    pub(super) stop_reason: Scalar<'a>,
    pub(super) complaint: Scalar<'a>,
    pub(super) is_error: Scalar<'a>,
    pub(super) details: Maybe<Details<'a>>,
    pub(super) exit_code: Scalar<'a>,
    pub(super) cancelled: Scalar<'a>,
    pub(super) provider: Scalar<'a>,
    pub(super) model: Scalar<'a>,
    pub(super) call_id: Scalar<'a>,
    pub(super) tool_name: Scalar<'a>,
    pub(super) content: Content<'a>,
    pub(super) usage: Maybe<UsageMembers>,
}

impl<'de> Members<'de> for Message<'de> {
    fn member<S: Source<'de>>(&mut self, name: &str, value: S) -> Result<(), S::Error> {
        let member = match name {
            "content" => return value.read().map(|content| self.content = content),
            "usage" => return value.read().map(|usage| self.usage = usage),
            "details" => return value.read().map(|details| self.details = details),
            "role" => &mut self.role,
            "stopReason" => &mut self.stop_reason,
            "errorMessage" => &mut self.complaint,
            "isError" => &mut self.is_error,
            "exitCode" => &mut self.exit_code,
            "cancelled" => &mut self.cancelled,
            "provider" => &mut self.provider,
            "model" => &mut self.model,
            "toolCallId" => &mut self.call_id,
            "toolName" => &mut self.tool_name,
            _ => return value.skip(),
        };
        *member = value.read()?;
        Ok(())
    }
}
