//! R2: buckets and the objects in them.

use std::collections::BTreeMap;

use rpds::RedBlackTreeMapSync;
use serde::{Deserialize, Serialize};

/// The jurisdiction of a bucket that was made without.
pub const DEFAULT_JURISDICTION: &str = "default";

/// The buckets of the account.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct R2 {
    /// Whether somebody enabled R2 in the dashboard.
    pub enabled: bool,
    /// In the order they were made.
    pub buckets: Vec<Bucket>,
}

impl Default for R2 {
    fn default() -> Self {
        Self { enabled: true, buckets: Vec::new() }
    }
}

impl R2 {
    /// A bucket by its jurisdiction and name: a name may be in use once in each.
    pub fn bucket(&self, jurisdiction: &str, name: &str) -> Option<&Bucket> {
        self.buckets.iter().find(|bucket| bucket.is(jurisdiction, name))
    }

    /// The same, to change it.
    pub fn bucket_mut(&mut self, jurisdiction: &str, name: &str) -> Option<&mut Bucket> {
        self.buckets.iter_mut().find(|bucket| bucket.is(jurisdiction, name))
    }
}

/// A bucket.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Bucket {
    /// Its name.
    pub name: String,
    /// `default`, `eu`, `us`, `fedramp`.
    pub jurisdiction: String,
    /// When it was made.
    pub creation_date: String,
    /// `apac`, `eeur`, `enam`, `weur`, `wnam` or `oc`.
    pub location: Option<String>,
    /// `Standard` or `InfrequentAccess`, for objects that say nothing.
    pub storage_class: String,
    /// What is in it, by key. A copy shares what it has in common with the original.
    pub objects: RedBlackTreeMapSync<String, Object>,
    /// Objects that are uploaded in parts and not yet there, by the id of the upload.
    pub uploads: BTreeMap<String, MultipartUpload>,
}

impl Default for Bucket {
    fn default() -> Self {
        Self {
            name: String::new(),
            jurisdiction: DEFAULT_JURISDICTION.into(),
            creation_date: String::new(),
            location: None,
            storage_class: "Standard".into(),
            objects: RedBlackTreeMapSync::default(),
            uploads: BTreeMap::new(),
        }
    }
}

impl Bucket {
    /// Whether it is the one of this jurisdiction and name.
    pub fn is(&self, jurisdiction: &str, name: &str) -> bool {
        self.jurisdiction == jurisdiction && self.name == name
    }
}

/// An object.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Object {
    /// The blob with its bytes.
    pub blob: String,
    /// How many bytes.
    pub size: u64,
    /// The MD5 that stands for what is in it. Here it is the beginning of a SHA-256.
    pub etag: String,
    /// The id of this upload: 32 hexadecimal digits.
    pub version: String,
    /// When it was uploaded.
    pub uploaded: String,
    /// Headers to serve it with, by their names in small letters: `content-type`, `cache-control` …
    pub http_metadata: BTreeMap<String, String>,
    /// What a Worker added.
    pub custom_metadata: BTreeMap<String, String>,
    /// `Standard` or `InfrequentAccess`.
    pub storage_class: String,
}

/// An object that is uploaded in parts.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct MultipartUpload {
    /// The key that it will have.
    pub key: String,
    /// As [`Object::http_metadata`].
    pub http_metadata: BTreeMap<String, String>,
    /// As [`Object::custom_metadata`].
    pub custom_metadata: BTreeMap<String, String>,
    /// As [`Object::storage_class`]; the bucket's, if it says nothing.
    pub storage_class: Option<String>,
    /// What has come, by the number of the part.
    pub parts: BTreeMap<u32, Part>,
}

/// A part of an object.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Part {
    /// The blob with its bytes.
    pub blob: String,
    /// How many bytes.
    pub size: u64,
    /// As [`Object::etag`].
    pub etag: String,
}
