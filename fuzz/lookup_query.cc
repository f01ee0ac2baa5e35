// read_lookup_query, which reads by hand what QueryReader reads for all other routes: what it
// takes, the other one takes, and as the same.
#include <algorithm>
#include <string>

#include "api/lookup.h"
#include "api/query_reader.h"
#include "base/unicode.h"
#include "fuzz/form.h"
#include "fuzz/fuzz_target.h"

namespace strongroom::fuzz {
namespace {

using api::LookupQuery;

bool same(const LookupQuery& a, const LookupQuery& b) {
  return a.project == b.project && a.target_system == b.target_system && a.label == b.label &&
         a.min_ttl == b.min_ttl && a.run == b.run && a.deadline == b.deadline;
}

void check_with_query_reader(std::string_view query, const LookupQuery& wanted) {
  auto reader = api::QueryReader::parse(query);
  require(reader.has_value(), "the other reader takes it too");
  require(reader->text("project").value_or("") == wanted.project &&
              reader->text("target_system").value_or("") == wanted.target_system &&
              reader->text("label").value_or("") == wanted.label,
          "the other reader reads the same names");
  const auto seconds = reader->number("min_ttl", 0, 0x7fffffff);
  require(seconds.has_value() == wanted.min_ttl.has_value() &&
              seconds.value_or(0) == wanted.min_ttl.value_or(Seconds(0)).count(),
          "the other reader reads the same number");
  const auto run = reader->number("run", 0, 0x7fffffff);
  require(run.has_value() == wanted.run.has_value() &&
              run.value_or(0) == wanted.run.value_or(Seconds(0)).count(),
          "the other reader reads the same run");
  const auto deadline = reader->text("deadline");
  require(deadline.has_value() == wanted.deadline.has_value() &&
              (!deadline || parse_rfc3339(*deadline) == wanted.deadline),
          "the other reader reads the same deadline");
  require(reader->finish().has_value(), "the other reader finds nothing unknown");
}

void check(std::string_view query, bool by_id) {
  const auto wanted = api::read_lookup_query(query, by_id);
  if (!wanted) {
    require(wanted.error().code == Code::kInvalidArgument, "a bad query is an invalid argument");
    return;
  }
  for (const std::string* name : {&wanted->project, &wanted->target_system, &wanted->label}) {
    require(name->empty() == by_id, "all names are there, or none");
    require(is_utf8(*name) && std::ranges::none_of(*name, is_control), "a name is text");
  }
  if (wanted->min_ttl) {
    require(Seconds(0) <= *wanted->min_ttl && *wanted->min_ttl <= Seconds(0x7fffffff),
            "min_ttl is a number of seconds");
  }
  check_with_query_reader(query, *wanted);
  const WallTime now{std::chrono::hours(24 * 365 * 50)};
  if (const auto life = api::life_wanted(*wanted, now)) {
    require(life->least.has_value() ==
                (wanted->min_ttl.has_value() || wanted->run.has_value() || wanted->deadline),
            "who says how long is promised something, and nobody else");
    require(!life->least || (Seconds(0) <= *life->least && *life->least <= Seconds(0x7fffffff)),
            "what is promised is a number of seconds");
    require(!wanted->deadline || now + *life->least >= *wanted->deadline,
            "the promise lasts until the deadline");
  }
  std::string again = by_id ? ""
                            : form_body({{"project", wanted->project},
                                         {"target_system", wanted->target_system},
                                         {"label", wanted->label}});
  if (wanted->min_ttl) again += "&min_ttl=" + std::to_string(wanted->min_ttl->count());
  if (wanted->run) again += "&run=" + std::to_string(wanted->run->count());
  if (wanted->deadline) again += "&deadline=" + rfc3339_millis(*wanted->deadline);
  const auto second = api::read_lookup_query(again, by_id);
  require(second.has_value() && same(*second, *wanted), "written and read, it is the same");
}

}  // namespace

void one_input(std::string_view input) {
  check(input, false);
  check(input, true);
}

}  // namespace strongroom::fuzz
