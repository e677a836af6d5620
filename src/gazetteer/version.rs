//! The version of a gazetteer: a hash of what it holds.

use super::attributes::{Value, exact_int};
use super::{Entry, Gazetteer};
use crate::options::Context;

/// Begins what is hashed, so that another way of hashing gives other versions.
const FORMAT: &[u8] = b"slugline gazetteer 1\0";

/// A hash of all entries, the same in whatever order they were added and on every machine.
///
/// Each entry is written down in one canonical way and hashed; the hashes are added up as 256-bit
/// numbers, for a sum does not know of order; and the sum is hashed with the count.
pub(super) fn version(gazetteer: &Gazetteer) -> String {
    let mut sum = [0u64; 4];
    let mut buffer = Vec::new();
    for index in 0..gazetteer.len() {
        buffer.clear();
        write_entry(&mut buffer, gazetteer.entry(index));
        write_attributes(&mut buffer, gazetteer, index);
        add(&mut sum, blake3::hash(&buffer).as_bytes());
    }
    let mut hasher = blake3::Hasher::new();
    hasher.update(FORMAT).update(&(gazetteer.len() as u64).to_le_bytes());
    for limb in sum {
        hasher.update(&limb.to_le_bytes());
    }
    hasher.finalize().to_hex()[..32].to_owned()
}

/// Adds a hash to a sum, modulo 2^256.
fn add(sum: &mut [u64; 4], hash: &[u8; 32]) {
    let mut carry = 0u128;
    for (limb, bytes) in sum.iter_mut().zip(hash.chunks_exact(8)) {
        let addend = bytes.iter().rev().fold(0u64, |number, &byte| number << 8 | u64::from(byte));
        let total = u128::from(*limb) + u128::from(addend) + carry;
        *limb = total as u64;
        carry = total >> 64;
    }
}

fn write_entry(out: &mut Vec<u8>, entry: Entry<'_>) {
    write_str(out, entry.phrase);
    write_optional(out, entry.concept);
    let options = entry.options;
    for name in [options.case.name(), options.accents.name(), options.hyphens.name(), options.boundary.name()]
    {
        write_str(out, name);
    }
    out.push(options.glob.into());
    write_all(out, &options.affixes);
    if !options.context.is_empty() {
        write_context(out, &options.context);
    }
    write_optional(out, entry.lang);
    write_value(out, Value::Float(entry.weight));
}

/// Begins with a byte that an absent or present language never begins with.
fn write_context(out: &mut Vec<u8>, context: &Context) {
    out.push(b'c');
    for phrases in [&context.not_before, &context.not_after] {
        write_all(out, phrases);
    }
    out.push(context.near.is_some().into());
    if let Some(near) = &context.near {
        write_all(out, &near.phrases);
        out.extend_from_slice(&near.within.to_le_bytes());
        write_str(out, near.unit.name());
    }
}

fn write_all(out: &mut Vec<u8>, texts: &[String]) {
    write_len(out, texts.len());
    texts.iter().for_each(|text| write_str(out, text));
}

fn write_attributes(out: &mut Vec<u8>, gazetteer: &Gazetteer, index: usize) {
    let mut attributes: Vec<_> = gazetteer.attributes().of(index).collect();
    attributes.sort_unstable_by_key(|&(name, _)| name);
    write_len(out, attributes.len());
    for (name, value) in attributes {
        write_str(out, name);
        write_value(out, value);
    }
}

fn write_len(out: &mut Vec<u8>, len: usize) {
    out.extend_from_slice(&(len as u64).to_le_bytes());
}

fn write_str(out: &mut Vec<u8>, text: &str) {
    write_len(out, text.len());
    out.extend_from_slice(text.as_bytes());
}

fn write_optional(out: &mut Vec<u8>, text: Option<&str>) {
    out.push(text.is_some().into());
    write_str(out, text.unwrap_or_default());
}

/// Writes a value. A float that is a whole number is written as that number, so that a column's
/// type, which a file may not keep, does not count.
fn write_value(out: &mut Vec<u8>, value: Value<'_>) {
    match value {
        Value::Bool(value) => out.extend_from_slice(&[b'b', value.into()]),
        Value::Int(value) => {
            out.push(b'i');
            out.extend_from_slice(&value.to_le_bytes());
        }
        Value::Float(value) => match exact_int(value) {
            Some(value) => write_value(out, Value::Int(value)),
            None => {
                out.push(b'f');
                out.extend_from_slice(&value.to_bits().to_le_bytes());
            }
        },
        Value::Str(value) => {
            out.push(b's');
            write_str(out, value);
        }
    }
}
