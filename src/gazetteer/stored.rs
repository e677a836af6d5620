//! A gazetteer as bytes, for another process.

use super::{Gazetteer, NONE, check, check_options};
use crate::error::Error;

/// Begins what is written. The number changes with the form.
const FORMAT: &[u8] = b"slugline gazetteer as bytes 3\0";

impl Gazetteer {
    /// All of it as bytes, from which [`Self::from_bytes`] makes an equal one.
    ///
    /// # Errors
    /// None that could be told.
    pub fn to_bytes(&self) -> Result<Vec<u8>, Error> {
        let bytes = FORMAT.to_vec();
        postcard::to_extend(self, bytes).map_err(|error| Error::internal(error.to_string()))
    }

    /// Reads what [`Self::to_bytes`] wrote. Much faster than adding the entries one by one.
    ///
    /// # Errors
    /// The bytes are of another form, or damaged.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        let Some(content) = bytes.strip_prefix(FORMAT) else {
            return Err(Error::value(
                "these are not the bytes of a gazetteer, or of another version of slugline",
            ));
        };
        let damaged = || Error::value("the bytes of a gazetteer are damaged");
        let (mut gazetteer, rest) = postcard::take_from_bytes::<Self>(content).map_err(|_| damaged())?;
        if !rest.is_empty() || !gazetteer.is_sound() {
            return Err(damaged());
        }
        for options in &gazetteer.options {
            check_options(options, &"")?;
        }
        for entry in gazetteer.entries() {
            check(&entry, &"")?;
        }
        gazetteer.option_numbers = gazetteer.options.iter().cloned().zip(0..).collect();
        Ok(gazetteer)
    }

    /// Whether all columns are of one length, and no number is out of range.
    fn is_sound(&self) -> bool {
        let within = |number: u32, len: usize| (number as usize) < len;
        let len = self.len();
        i32::try_from(len).is_ok()
            && [self.phrases.len(), self.lang_of.len(), self.options_of.len(), self.weight_of.len()]
                == [len; 4]
            && self.phrases.is_sound()
            && self.concepts.is_sound(len)
            && self.langs.is_sound(len)
            && self.concept_of.iter().all(|&concept| within(concept, self.concepts.len()) || concept == NONE)
            && self.lang_of.different().all(|lang| within(lang, self.langs.len()) || lang == NONE)
            && self.options_of.different().all(|options| within(options, self.options.len()))
            && self.attributes.is_sound(len)
    }
}
