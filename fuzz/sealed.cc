// Sealer::open_into: it opens what it sealed, in its own place, and nothing else.
//
// The first byte of an input says what is done: 'e' edits a real sealed value (pairs of position
// and change, then a number of bytes to cut off), 'p' looks for it in another place, anything else
// is taken for a sealed value itself.
#include <string>

#include "crypto/sealer.h"
#include "crypto/testing/test_vault_keys.h"
#include "fuzz/fuzz_target.h"

namespace strongroom::fuzz {
namespace {

constexpr std::string_view kPlaintext = "a token that nobody else may read";

struct Fixture {
  crypto::TestVaultKeys keys;
  crypto::Place place{.table = "token",
                      .row = keys.project,
                      .column = "access_token",
                      .scope = keys.project,
                      .generation = 3,
                      .destination = "digest"};
  std::string sealed = *keys.sealer.seal(place, kPlaintext);
};

Fixture& fixture() {
  static Fixture made;
  return made;
}

void require_refused(const crypto::Place& place, std::string_view sealed) {
  std::string out = "before";
  const Status opened = fixture().keys.sealer.open_into(place, sealed, out);
  require(!opened && opened.error().code == Code::kCorrupt, "it does not open");
  require(out == "before", "nothing is written where it does not open");
}

void require_opens(const crypto::Place& place, std::string_view sealed,
                   std::string_view plaintext) {
  std::string out = "before";
  require(fixture().keys.sealer.open_into(place, sealed, out).has_value(), "it opens");
  require(out == "before" + std::string(plaintext), "it opens to what was sealed");
}

void check_edited(Input input) {
  const Fixture& real = fixture();
  std::string sealed = real.sealed;
  const std::size_t cut = input.byte() % (sealed.size() + 1);
  while (!input.empty()) {
    char& at = sealed[input.byte() % sealed.size()];
    at = static_cast<char>(at ^ static_cast<char>(input.byte()));
  }
  sealed.resize(sealed.size() - cut);
  if (sealed == real.sealed) {
    require_opens(real.place, sealed, kPlaintext);
  } else {
    require_refused(real.place, sealed);
  }
}

void check_moved(Input input) {
  const Fixture& real = fixture();
  crypto::Place place = real.place;
  place.generation += static_cast<std::int8_t>(input.byte());
  place.row.bytes[input.byte() % 16] ^= static_cast<std::byte>(input.byte());
  if (input.byte() % 2 == 1) place.scope = crypto::KeyScope{};
  const std::string_view table = input.line();
  const std::string_view column = input.line();
  const std::string_view destination = input.line();
  if (!table.empty()) place.table = table;
  if (!column.empty()) place.column = column;
  if (!destination.empty()) place.destination = destination;
  const crypto::Place& home = real.place;
  const bool same = place.table == home.table && place.row == home.row &&
                    place.column == home.column && place.scope == home.scope &&
                    place.generation == home.generation && place.destination == home.destination;
  if (same) {
    require_opens(place, real.sealed, kPlaintext);
  } else {
    require_refused(place, real.sealed);
  }
}

void check_sealing(std::string_view plaintext) {
  const auto sealed = fixture().keys.sealer.seal(fixture().place, plaintext);
  require(sealed.has_value(), "anything can be sealed");
  require_opens(fixture().place, *sealed, plaintext);
}

}  // namespace

void one_input(std::string_view input) {
  Input rest(input);
  switch (rest.byte()) {
    case 'e':
      return check_edited(rest);
    case 'p':
      return check_moved(rest);
    default:
      require_refused(fixture().place, input);
      check_sealing(input);
  }
}

}  // namespace strongroom::fuzz
