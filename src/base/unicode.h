#pragma once
// Names that people type: made comparable, and kept free of tricks.

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

namespace strongroom {

// True for well-formed UTF-8 without surrogates or overlong forms (RFC 3629).
bool is_utf8(std::string_view text);

// `text`, which is UTF-8, normalised to NFC (UAX 15). The caller wipes it if it is secret; buffers
// in between are wiped here. Errors: kInternal, no memory.
Result<std::string> to_nfc(std::string_view text);

// How many code points `text` has, which is UTF-8.
std::size_t count_characters(std::string_view text);

// Whether a control character (general category Cc) is in `text`, which is UTF-8.
bool has_control_character(std::string_view text);

// A name as a person meant it: surrounding white space removed, normalised to NFC.
//
// Errors, each at `field`:
//   kInvalidArgument  not UTF-8; empty after trimming; more than `max_characters` code points; a
//                     control character (general category Cc), a line or paragraph separator, or a
//                     character that reorders or hides others (Bidi controls, zero-width, U+FEFF).
Result<std::string> clean_name(std::string_view text, std::string_view field,
                               std::size_t max_characters = 128);

// What a stranger wrote, for people to see: at most `max_characters` code points and an ellipsis
// where there were more, with U+FFFD in the place of what clean_name() refuses and of what is not
// UTF-8.
std::string plain_excerpt(std::string_view text, std::size_t max_characters = 128);

// The form under which names are compared: NFC of the full case folding (Unicode 3.13), so that
// "Straße", "STRASSE" and "strasse" are one name. ASCII takes a path without a library call.
std::string name_key(std::string_view clean_name);

}  // namespace strongroom
