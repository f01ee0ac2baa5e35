#pragma once
// Where the values of a JSON text stand in it, for who has to mend it with an editor.

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace strongroom::catalogue {

// Reads `text` once, strictly (RFC 8259), up to the first byte that is none of JSON. Any bytes may
// be in it.
class JsonPlaces {
 public:
  // `max_depth`: objects and arrays in one another; a deeper one counts as broken.
  JsonPlaces(std::string_view text, std::size_t max_depth);

  // The offset of the first byte that does not belong there; nullopt: the text is JSON.
  std::optional<std::size_t> broken_at() const { return broken_at_; }

  // Which part of a member is meant; of what is no member it is its value either way.
  enum class Part { kName, kValue };
  // The offset of what `pointer` (RFC 6901) names. If there is no such thing, of the nearest that
  // would hold it: its name, or the beginning of the text. Of a name that stands twice, the last.
  std::size_t find(std::string_view pointer, Part part) const;

 private:
  struct Place {
    std::size_t name;
    std::size_t value;
  };
  friend class JsonPlacesReader;

  std::map<std::string, Place, std::less<>> places_;
  std::optional<std::size_t> broken_at_;
};

// A place in a text as editors count: both from 1, the column in characters (code points).
struct TextPlace {
  std::size_t line;
  std::size_t column;
  std::string_view line_text;  // the whole line without its end
};
TextPlace place_in_text(std::string_view text, std::size_t offset);

}  // namespace strongroom::catalogue
