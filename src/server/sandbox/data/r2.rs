//! Reading and writing R2.

use std::collections::BTreeMap;
use std::ops::Bound;

use axum::body::Bytes;

use super::super::Sandbox;
use super::super::envelope::ApiError;
use super::super::errors::products::{NO_SUCH_BUCKET, R2_NOT_ENABLED};
use super::super::state::r2::{Bucket, Object};

/// Digits of an MD5.
const ETAG: usize = 32;

/// The etag of a blob.
pub(super) fn etag(blob: &str) -> String {
    blob.chars().take(ETAG).collect()
}

/// Objects in one answer.
const MAX_OBJECTS: usize = 1000;

/// The buckets of an account, and what is in them. A bucket is named by its jurisdiction (`default`,
/// `eu` …) and its name.
#[derive(Clone, Copy, Debug)]
pub struct Objects<'a>(&'a Sandbox);

/// What is uploaded.
#[derive(Clone, Debug, Default)]
pub struct Upload {
    /// The bytes.
    pub bytes: Bytes,
    /// Headers to serve it with, by their names in small letters.
    pub http_metadata: BTreeMap<String, String>,
    /// What a Worker adds.
    pub custom_metadata: BTreeMap<String, String>,
    /// `Standard` or `InfrequentAccess`; the bucket's, if it says nothing.
    pub storage_class: Option<String>,
}

/// A part of a list of objects.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Listed {
    /// Keys and objects, in the order of the keys.
    pub objects: Vec<(String, Object)>,
    /// What several keys have in common up to the delimiter, each once.
    pub prefixes: Vec<String>,
    /// Where to go on; `None` at the end.
    pub cursor: Option<String>,
}

impl<'a> Objects<'a> {
    pub(super) fn of(sandbox: &'a Sandbox) -> Self {
        Self(sandbox)
    }

    /// What is known of an object, if there is one.
    ///
    /// # Errors
    ///
    /// There is no such bucket (10006), or no R2 at all (10042).
    pub fn head(self, place: &str, bucket: &str, key: &str) -> Result<Option<Object>, ApiError> {
        self.read(place, bucket, |bucket| bucket.objects.get(key).cloned())
    }

    /// An object and its bytes, if there is one.
    ///
    /// # Errors
    ///
    /// As [`Self::head`].
    pub fn get(
        self,
        place: &str,
        bucket: &str,
        key: &str,
    ) -> Result<Option<(Object, Bytes)>, ApiError> {
        let object = self.head(place, bucket, key)?;
        Ok(object.and_then(|object| {
            let bytes = self.0.store.blob(&object.blob)?;
            Some((object, bytes))
        }))
    }

    /// Uploads an object, in the place of the one that was there.
    ///
    /// # Errors
    ///
    /// As [`Self::head`].
    pub fn put(
        self,
        place: &str,
        bucket: &str,
        key: &str,
        upload: Upload,
    ) -> Result<Object, ApiError> {
        let size = upload.bytes.len() as u64;
        let blob = self.0.store.put_blob(upload.bytes)?;
        let object = Object {
            etag: etag(&blob),
            blob,
            size,
            version: self.0.source.id(),
            uploaded: self.0.source.now(),
            http_metadata: upload.http_metadata,
            custom_metadata: upload.custom_metadata,
            storage_class: upload.storage_class.unwrap_or_default(),
        };
        self.change(place, bucket, |bucket| {
            let mut object = object;
            if object.storage_class.is_empty() {
                object.storage_class.clone_from(&bucket.storage_class);
            }
            bucket.objects.insert_mut(key.to_owned(), object.clone());
            object
        })
    }

    /// Removes objects; those that are not there are no error.
    ///
    /// # Errors
    ///
    /// As [`Self::head`].
    pub fn delete(self, place: &str, bucket: &str, keys: &[String]) -> Result<(), ApiError> {
        self.change(place, bucket, |bucket| {
            for key in keys {
                bucket.objects.remove_mut(key);
            }
        })
    }

    /// The objects whose keys begin with a prefix, at most `limit` (and 1000) of them, from a cursor
    /// on. With a delimiter, keys that have it after the prefix are only told by what stands before.
    ///
    /// # Errors
    ///
    /// As [`Self::head`].
    pub fn list(
        self,
        place: &str,
        bucket: &str,
        prefix: &str,
        delimiter: Option<&str>,
        limit: usize,
        cursor: Option<&str>,
    ) -> Result<Listed, ApiError> {
        let limit = limit.clamp(1, MAX_OBJECTS);
        self.read(place, bucket, |bucket| {
            let mut listed = Listed::default();
            let from = cursor.map_or(Bound::Included(prefix), Bound::Excluded);
            let found = bucket.objects.range::<str, _>((from, Bound::Unbounded));
            let mut last = None;
            for (key, object) in found.take_while(|(key, _)| key.starts_with(prefix)) {
                let common =
                    delimiter.filter(|delimiter| !delimiter.is_empty()).and_then(|delimiter| {
                        let end =
                            key[prefix.len()..].find(delimiter)? + prefix.len() + delimiter.len();
                        Some(&key[..end])
                    });
                let is_told = common.is_some_and(|common| {
                    listed.prefixes.last().is_some_and(|told| told == common)
                        || cursor.is_some_and(|cursor| cursor.starts_with(common))
                });
                if !is_told && listed.objects.len() + listed.prefixes.len() == limit {
                    listed.cursor = last;
                    break;
                }
                match common {
                    Some(_) if is_told => {}
                    Some(common) => listed.prefixes.push(common.to_owned()),
                    None => listed.objects.push((key.clone(), object.clone())),
                }
                last = Some(key.clone());
            }
            listed
        })
    }

    pub(super) fn read<T>(
        self,
        place: &str,
        name: &str,
        read: impl FnOnce(&Bucket) -> T,
    ) -> Result<T, ApiError> {
        let state = self.0.state();
        if !state.r2.enabled {
            return Err(R2_NOT_ENABLED.into());
        }
        Ok(read(state.r2.bucket(place, name).ok_or(NO_SUCH_BUCKET)?))
    }

    fn change<T>(
        self,
        place: &str,
        name: &str,
        change: impl FnOnce(&mut Bucket) -> T,
    ) -> Result<T, ApiError> {
        self.try_change(place, name, |bucket| Ok(change(bucket)))
    }

    pub(super) fn try_change<T>(
        self,
        place: &str,
        name: &str,
        change: impl FnOnce(&mut Bucket) -> Result<T, ApiError>,
    ) -> Result<T, ApiError> {
        self.sandbox().store.change(|state| {
            if !state.r2.enabled {
                return Err(R2_NOT_ENABLED.into());
            }
            change(state.r2.bucket_mut(place, name).ok_or(NO_SUCH_BUCKET)?)
        })
    }

    pub(super) fn sandbox(self) -> &'a Sandbox {
        self.0
    }
}
