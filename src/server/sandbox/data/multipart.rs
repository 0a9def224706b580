//! Objects of R2 that are uploaded in parts.

use axum::body::Bytes;

use super::super::envelope::ApiError;
use super::super::errors::products::{INVALID_PART, NO_SUCH_UPLOAD, PART_TOO_SMALL, UNEQUAL_PARTS};
use super::super::state::r2::{Bucket, MultipartUpload, Object, Part};
use super::r2::{Objects, etag};

/// Bytes of every part but the last: <https://developers.cloudflare.com/r2/objects/multipart-objects/>.
const MIN_PART: u64 = 5 << 20;

/// A part that a client names when it has uploaded all of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// From 1 on.
    pub number: u32,
    /// What uploading it answered.
    pub etag: String,
}

/// All of these fail where there is no such bucket (10006) or no R2 (10042).
impl Objects<'_> {
    /// Begins an upload; gives its id.
    ///
    /// # Errors
    ///
    /// As all of these.
    pub fn begin(
        self,
        place: &str,
        bucket: &str,
        upload: MultipartUpload,
    ) -> Result<String, ApiError> {
        let id = self.sandbox().source.id();
        self.try_change(place, bucket, |bucket| {
            bucket.uploads.insert(id.clone(), upload);
            Ok(id)
        })
    }

    /// Takes a part, in the place of the one that had its number; gives its etag.
    ///
    /// # Errors
    ///
    /// There is no such upload of the key (10024).
    pub fn part(
        self,
        place: &str,
        bucket: &str,
        (id, key): (&str, &str),
        number: u32,
        bytes: Bytes,
    ) -> Result<String, ApiError> {
        let size = bytes.len() as u64;
        let blob = self.sandbox().store.put_blob(bytes)?;
        let etag = etag(&blob);
        self.try_change(place, bucket, |bucket| {
            let upload = bucket.uploads.get_mut(id).filter(|upload| upload.key == key);
            let part = Part { blob, size, etag: etag.clone() };
            upload.ok_or(NO_SUCH_UPLOAD)?.parts.insert(number, part);
            Ok(etag)
        })
    }

    /// Makes an object of the parts that are named, in the order of their numbers. The upload ends.
    ///
    /// # Errors
    ///
    /// There is no such upload (10024), a part is not what was uploaded (10025), or parts have sizes
    /// that parts cannot have (10011, 10048).
    pub fn complete(
        self,
        place: &str,
        bucket: &str,
        (id, key): (&str, &str),
        mut named: Vec<Named>,
    ) -> Result<Object, ApiError> {
        named.sort_by_key(|part| part.number);
        let (upload, class) = self.read(place, bucket, |bucket| {
            let upload = bucket.uploads.get(id).filter(|upload| upload.key == key).cloned();
            (upload, bucket.storage_class.clone())
        })?;
        let upload = upload.ok_or(NO_SUCH_UPLOAD)?;
        let parts = chosen(&upload, &named)?;
        let sandbox = self.sandbox();
        let mut bytes = Vec::new();
        for part in &parts {
            bytes.extend_from_slice(&sandbox.store.blob(&part.blob).ok_or(INVALID_PART)?);
        }
        let size = bytes.len() as u64;
        let blob = sandbox.store.put_blob(bytes.into())?;
        let object = Object {
            // As S3 writes those of such objects.
            etag: format!("{}-{}", etag(&blob), parts.len()),
            blob,
            size,
            version: sandbox.source.id(),
            uploaded: sandbox.source.now(),
            http_metadata: upload.http_metadata,
            custom_metadata: upload.custom_metadata,
            storage_class: upload.storage_class.unwrap_or(class),
        };
        self.try_change(place, bucket, |bucket: &mut Bucket| {
            bucket.uploads.remove(id).ok_or(NO_SUCH_UPLOAD)?;
            bucket.objects.insert_mut(key.to_owned(), object.clone());
            Ok(object)
        })
    }

    /// Ends an upload and forgets its parts. One that has ended is no error.
    ///
    /// # Errors
    ///
    /// As all of these.
    pub fn abort(self, place: &str, bucket: &str, (id, key): (&str, &str)) -> Result<(), ApiError> {
        self.try_change(place, bucket, |bucket| {
            bucket.uploads.retain(|one, upload| one != id || upload.key != key);
            Ok(())
        })
    }
}

/// The parts that are named, if they can be those of an object.
fn chosen<'a>(upload: &'a MultipartUpload, named: &[Named]) -> Result<Vec<&'a Part>, ApiError> {
    let parts = named.iter().map(|named| {
        let part = upload.parts.get(&named.number).filter(|part| part.etag == named.etag);
        part.ok_or_else(|| ApiError::from(INVALID_PART))
    });
    let parts = parts.collect::<Result<Vec<_>, _>>()?;
    let Some((last, others)) = parts.split_last() else { return Err(INVALID_PART.into()) };
    if others.iter().any(|part| part.size < MIN_PART) {
        return Err(PART_TOO_SMALL.into());
    }
    let is_equal = others.iter().all(|part| part.size == others[0].size);
    if !is_equal || others.first().is_some_and(|first| last.size > first.size) {
        return Err(UNEQUAL_PARTS.into());
    }
    Ok(parts)
}
