#pragma once
// Who was given a token that leaked, for people to read.

#include <string>
#include <string_view>
#include <vector>

namespace strongroom::cli {

// One time that it left. Views of texts that outlive it.
struct TraceLine {
  std::string_view at;
  std::string_view action;
  std::string_view subject;  // name of the OAuth client or secret
  std::string_view subject_id;
  std::string_view actor;  // name of the robot or user; may be empty
  std::string_view actor_id;
  std::string_view peer;
  std::string_view request_id;
};

// A sentence each, newest first; with what to do about it. `retrieved_at` may be empty.
std::string trace_text(const std::vector<TraceLine>& lines, std::string_view retrieved_at);

// The same of the API's answer; "" where it is none.
std::string trace_text_of(std::string_view json);

}  // namespace strongroom::cli
