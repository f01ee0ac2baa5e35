#pragma once
// An event as it is read back from the trail, for those who look for something in it or ship it.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace strongroom::audit {

// The members of Event's canonical text, as texts; empty: it has none.
struct RecordedEvent {
  std::string id;
  std::string at;
  std::string action;
  std::string outcome;
  std::string actor_kind;
  std::string actor_id;
  std::string runner_id;
  std::string key_id;
  std::string subject_id;
  std::string subject_name;
  std::string project_id;
  std::string reason;
  std::string resource;
  std::string fingerprint;
  std::string request_id;
  std::string peer;
  std::vector<std::string> fields;
  std::int64_t count = 1;  // how many of its kind it stands for
};

// The action of an event in its canonical text, without reading the rest of it; empty: it is none.
std::string_view action_in(std::string_view json);

// Errors: kCorrupt, `json` is no event.
Result<RecordedEvent> read_event(std::string_view json);

}  // namespace strongroom::audit
