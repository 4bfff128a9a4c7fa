//! A small S3 in memory: the generated server half, with a handler for each operation.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use shapewire::credentials::Credentials;
use shapewire::server::{Router, Verification};
use shapewire::sigv4::{Options, Payload, Verifier};

use crate::s3;

/// How many keys a page has at most.
const PAGE: i32 = 1000;

struct Object {
    body: Vec<u8>,
    content_type: Option<String>,
    metadata: BTreeMap<String, String>,
    checksum: Option<String>,
}

/// Buckets by their names, objects by their keys. Clones share them.
#[derive(Clone, Default)]
struct Store(Arc<Mutex<BTreeMap<String, BTreeMap<String, Object>>>>);

/// A router that answers for S3 at `domain`, with buckets in the path or before the domain, whoever signs with these credentials.
pub(crate) fn router(domain: &str, credentials: Credentials) -> Router {
    let store = Store::default();
    // As S3 does, it takes a signature without the body's hash: those of bodies that stream over TLS have none.
    let mut options = Options::s3();
    options.payload = Payload::Unsigned;
    let verifier = Verifier::new().with_options(options);
    let lookup = move |id: &str| (id == credentials.access_key_id()).then(|| credentials.clone());
    let (create, put, get, list, delete) = (store.clone(), store.clone(), store.clone(), store.clone(), store);
    Router::new()
        .with_base_domain(domain)
        .with_verification(Verification::new(lookup).with_verifier(verifier))
        .on::<s3::CreateBucket>(move |request, _| create.create_bucket(request))
        .on::<s3::PutObject>(move |request, _| put.put_object(request))
        .on::<s3::GetObject>(move |request, _| get.get_object(&request))
        .on::<s3::ListObjectsV2>(move |request, _| list.list_objects(&request))
        .on::<s3::DeleteObject>(move |request, _| delete.delete_object(&request))
}

impl Store {
    fn buckets(&self) -> MutexGuard<'_, BTreeMap<String, BTreeMap<String, Object>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn create_bucket(&self, request: s3::CreateBucketRequest) -> Result<s3::CreateBucketOutput, s3::Error> {
        let location = format!("/{}", request.bucket);
        if self.buckets().insert(request.bucket, BTreeMap::new()).is_some() {
            return Err(s3::BucketAlreadyOwnedByYou::new().into());
        }
        Ok(s3::CreateBucketOutput::new().with_location(location))
    }

    fn put_object(&self, request: s3::PutObjectRequest) -> Result<s3::PutObjectOutput, s3::Error> {
        let mut buckets = self.buckets();
        let objects = buckets.get_mut(&request.bucket).ok_or_else(s3::NoSuchBucket::new)?;
        let object = Object {
            body: request.body.unwrap_or_default(),
            content_type: request.content_type,
            metadata: request.metadata.unwrap_or_default(),
            checksum: request.checksum_crc32,
        };
        let size = length(&object);
        objects.insert(request.key, object);
        Ok(s3::PutObjectOutput::new().with_size(size))
    }

    fn get_object(&self, request: &s3::GetObjectRequest) -> Result<s3::GetObjectOutput, s3::Error> {
        let buckets = self.buckets();
        let objects = buckets.get(&request.bucket).ok_or_else(s3::NoSuchBucket::new)?;
        let object = objects.get(&request.key).ok_or_else(s3::NoSuchKey::new)?;
        let mut output = s3::GetObjectOutput::new()
            .with_body(object.body.clone())
            .with_content_length(length(object))
            .with_metadata(object.metadata.clone());
        output.content_type.clone_from(&object.content_type);
        // It is told to whom asks for it, who then checks the body.
        if request.checksum_mode == Some(s3::ChecksumMode::Enabled) {
            output.checksum_crc32.clone_from(&object.checksum);
        }
        Ok(output)
    }

    fn list_objects(&self, request: &s3::ListObjectsV2Request) -> Result<s3::ListObjectsV2Output, s3::Error> {
        let buckets = self.buckets();
        let objects = buckets.get(&request.bucket).ok_or_else(s3::NoSuchBucket::new)?;
        // The token of a page is the key that the page before ended with.
        let after = request.continuation_token.as_ref().or(request.start_after.as_ref());
        let start = after.map_or(Bound::Unbounded, Bound::Excluded);
        let prefix = request.prefix.as_deref().unwrap_or_default();
        let mut found =
            objects.range::<String, _>((start, Bound::Unbounded)).filter(|(key, _)| key.starts_with(prefix));
        let max_keys = request.max_keys.unwrap_or(PAGE).clamp(0, PAGE);
        let page = found.by_ref().take(usize::try_from(max_keys).unwrap_or_default());
        let contents: Vec<s3::Object> =
            page.map(|(key, object)| s3::Object::new().with_key(key).with_size(length(object))).collect();
        let mut output = s3::ListObjectsV2Output::new()
            .with_name(&request.bucket)
            .with_max_keys(max_keys)
            .with_is_truncated(found.next().is_some());
        if output.is_truncated == Some(true) {
            output.next_continuation_token = contents.last().and_then(|object| object.key.clone());
        }
        Ok(output.with_contents(contents))
    }

    fn delete_object(&self, request: &s3::DeleteObjectRequest) -> Result<s3::DeleteObjectOutput, s3::Error> {
        let mut buckets = self.buckets();
        let objects = buckets.get_mut(&request.bucket).ok_or_else(s3::NoSuchBucket::new)?;
        objects.remove(&request.key);
        Ok(s3::DeleteObjectOutput::new())
    }
}

fn length(object: &Object) -> i64 {
    i64::try_from(object.body.len()).unwrap_or(i64::MAX)
}
