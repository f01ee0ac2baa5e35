// The journal's file as a crash, a bad disk or somebody else left it: only what was written whole
// is read back, and that as it was.
//
// The first byte says what is done: 'e' edits a real slot (pairs of position, two bytes, and
// change, one), anything else is taken for a slot itself.
#include <algorithm>
#include <string>

#include "fuzz/fuzz_target.h"
#include "vault/journal_slot.h"

namespace strongroom::fuzz {
namespace {

using vault::JournalIntent;

JournalIntent real_intent() {
  JournalIntent intent;
  intent.id.bytes[3] = std::byte{7};
  intent.kind = vault::GrantKind::kCode;
  intent.client.uuid.bytes[1] = std::byte{9};
  intent.epoch = 12;
  intent.generation = -1;
  intent.destination = "digest";
  intent.resource = "https://files.example";
  intent.at = WallTime(Milliseconds(1));
  return intent;
}

std::string slot_of(const JournalIntent& intent, std::string_view sealed) {
  std::string slot = *vault::encode_intent(intent);
  slot.resize(vault::kIntentBytes);
  return slot + *vault::encode_answer(intent.id, sealed);
}

void check_slot(std::string_view slot) {
  const auto intent = vault::decode_intent(slot);
  if (!intent) return;
  const auto again = vault::encode_intent(*intent);
  require(again.has_value() && slot.starts_with(*again), "it is what was written");
  const auto answer =
      vault::decode_answer(intent->id, slot.substr(std::min(vault::kIntentBytes, slot.size())));
  if (!answer) return;
  const auto framed = vault::encode_answer(intent->id, *answer);
  require(framed.has_value() && slot.substr(vault::kIntentBytes).starts_with(*framed),
          "so is its answer");
}

void check_edited(Input input) {
  const JournalIntent real = real_intent();
  std::string slot = slot_of(real, "sealed bytes");
  while (!input.empty()) {
    const std::size_t at = input.byte() * std::size_t{256} + input.byte();
    char& byte = slot[at % slot.size()];
    byte = static_cast<char>(byte ^ static_cast<char>(input.byte()));
  }
  check_slot(slot);
  const auto intent = vault::decode_intent(slot);
  require(!intent || *intent == real, "a changed intent is none");
  const auto answer = vault::decode_answer(real.id, slot.substr(vault::kIntentBytes));
  require(!answer || *answer == "sealed bytes", "a changed answer is none");
}

}  // namespace

void one_input(std::string_view input) {
  Input rest(input);
  if (rest.byte() == 'e') return check_edited(rest);
  check_slot(input);
}

}  // namespace strongroom::fuzz
