//! quick-xml: its bare event loop, which is what reading XML costs at least, and its serde layer into plain structures.

use quick_xml::Reader;
use quick_xml::events::Event;
use serde::Deserialize;

use crate::replies::Reply;

/// The number of events.
pub(crate) fn events(reply: &Reply) -> usize {
    let mut reader = Reader::from_reader(&*reply.body);
    let mut count = 0;
    loop {
        match std::hint::black_box(reader.read_event().expect("XML")) {
            Event::Eof => return count,
            _ => count += 1,
        }
    }
}

pub(crate) fn users(reply: &Reply) -> ListUsersResponse {
    quick_xml::de::from_str(text(reply)).expect("users")
}

pub(crate) fn account(reply: &Reply) -> GetAccountAuthorizationDetailsResponse {
    quick_xml::de::from_str(text(reply)).expect("an account")
}

fn text(reply: &Reply) -> &str {
    std::str::from_utf8(&reply.body).expect("UTF-8")
}

/// `<member>`s.
#[derive(Default, Deserialize)]
#[allow(dead_code, reason = "what is measured is the reading")]
struct List<T> {
    #[serde(default)]
    member: Vec<T>,
}

/// What is read and not looked at: it is the reading that is measured.
macro_rules! replies {
    ($($(#[$attribute:meta])* $name:ident { $($field:ident: $type:ty),* $(,)? })*) => {$(
        #[derive(Default, Deserialize)]
        #[serde(default, rename_all = "PascalCase")]
        #[allow(dead_code, reason = "what is measured is the reading")]
        $(#[$attribute])*
        pub(crate) struct $name { $($field: $type),* }
    )*};
}

replies! {
    ListUsersResponse { list_users_result: ListUsersResult }
    ListUsersResult { users: List<User>, is_truncated: bool, marker: Option<String> }
    User {
        path: String, user_name: String, user_id: String, arn: String, create_date: String,
        password_last_used: Option<String>, tags: List<Tag>,
    }
    Tag { key: String, value: String }
    GetAccountAuthorizationDetailsResponse { get_account_authorization_details_result: Account }
    Account {
        user_detail_list: List<UserDetail>, group_detail_list: List<GroupDetail>, role_detail_list: List<RoleDetail>,
        policies: List<ManagedPolicyDetail>, is_truncated: bool, marker: Option<String>,
    }
    UserDetail {
        path: String, user_name: String, user_id: String, arn: String, create_date: String,
        user_policy_list: List<PolicyDetail>, group_list: List<String>, attached_managed_policies: List<AttachedPolicy>,
        tags: List<Tag>,
    }
    GroupDetail {
        path: String, group_name: String, group_id: String, arn: String, create_date: String,
        group_policy_list: List<PolicyDetail>, attached_managed_policies: List<AttachedPolicy>,
    }
    RoleDetail {
        path: String, role_name: String, role_id: String, arn: String, create_date: String,
        assume_role_policy_document: String, instance_profile_list: List<InstanceProfile>,
        role_policy_list: List<PolicyDetail>, attached_managed_policies: List<AttachedPolicy>, tags: List<Tag>,
    }
    InstanceProfile {
        path: String, instance_profile_name: String, instance_profile_id: String, arn: String, create_date: String,
        roles: List<Role>, tags: List<Tag>,
    }
    Role {
        path: String, role_name: String, role_id: String, arn: String, create_date: String,
        assume_role_policy_document: Option<String>, tags: List<Tag>,
    }
    PolicyDetail { policy_name: String, policy_document: String }
    AttachedPolicy { policy_name: String, policy_arn: String }
    ManagedPolicyDetail {
        policy_name: String, policy_id: String, arn: String, path: String, default_version_id: String,
        attachment_count: i32, permissions_boundary_usage_count: i32, is_attachable: bool, description: Option<String>,
        create_date: String, update_date: String, policy_version_list: List<PolicyVersion>,
    }
    PolicyVersion { document: String, version_id: String, is_default_version: bool, create_date: String }
}
