#include "backup/about.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <system_error>
#include <utility>

#include <boost/json.hpp>
#include <sys/stat.h>

#include "backup/plain_file.h"
#include "base/json.h"
#include "base/unicode.h"

namespace strongroom::backup {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

constexpr std::string_view kEnd = ".about";
constexpr std::size_t kMaxAbout = 16 << 10;

constexpr std::array kMakers{Maker::kUnknown, Maker::kSchedule, Maker::kPerson, Maker::kHost};
constexpr std::array kFindings{Finding::kWhole, Finding::kOpened, Finding::kDamaged,
                               Finding::kDrillFailed};

std::string file_about(const std::string& path) { return path + std::string(kEnd); }

std::string text_of(const json::object& object, std::string_view name) {
  const json::value* const value = object.if_contains(name);
  const json::string* const text = value == nullptr ? nullptr : value->if_string();
  return text == nullptr ? std::string() : std::string(*text);
}

std::optional<Verified> verified_in(const json::object& object) {
  const auto at = parse_rfc3339(text_of(object, "verified_at"));
  const std::string text = text_of(object, "finding");
  for (const Finding finding : kFindings) {
    if (at && to_text(finding) == text) return Verified{*at, finding};
  }
  return std::nullopt;
}

std::string to_json(const About& about) {
  std::string out = "{\"made_by\":";
  append_json_string(out, to_text(about.maker));
  append_json_string(out.append(",\"person\":"), about.person);
  append_json_string(out.append(",\"version\":"), about.program);
  if (about.verified) {
    append_json_string(out.append(",\"verified_at\":"), rfc3339(about.verified->at));
    append_json_string(out.append(",\"finding\":"), to_text(about.verified->finding));
  }
  return out.append("}\n");
}

// Of the backup's owner: somebody else may have verified it. What cannot be done is not needed.
void give_away(const NewFile& file, const std::string& backup) {
  struct stat status {};
  if (lstat(backup.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return;
  file.give_to(status.st_uid, status.st_gid);
}

}  // namespace

std::string_view to_text(Maker maker) {
  switch (maker) {
    case Maker::kUnknown:
      break;
    case Maker::kSchedule:
      return "schedule";
    case Maker::kPerson:
      return "person";
    case Maker::kHost:
      return "host";
  }
  return {};
}

std::string_view to_text(Finding finding) {
  switch (finding) {
    case Finding::kWhole:
      return "whole";
    case Finding::kOpened:
      return "opened";
    case Finding::kDamaged:
      return "damaged";
    case Finding::kDrillFailed:
      break;
  }
  return "drill_failed";
}

About read_about(const std::string& path) {
  const auto text = read_small(file_about(path), kMaxAbout);
  if (!text) return {};
  const auto value = parse_json(*text, {.max_bytes = kMaxAbout, .max_depth = 2});
  const json::object* const object = value ? value->if_object() : nullptr;
  if (object == nullptr) return {};
  // Whoever may write to the directory wrote them: a terminal shows them as they are.
  About about{.person = plain_excerpt(text_of(*object, "person")),
              .program = plain_excerpt(text_of(*object, "version")),
              .verified = verified_in(*object)};
  const std::string made_by = text_of(*object, "made_by");
  const auto* const maker =
      std::ranges::find(kMakers, std::string_view(made_by), [](Maker one) { return to_text(one); });
  if (maker != kMakers.end()) about.maker = *maker;
  return about;
}

Status write_about(const std::string& path, const About& about) {
  const std::string file = file_about(path);
  const std::string partial = file + ".partial";
  std::error_code ignored;
  fs::remove(partial, ignored);  // of a crash
  STRONGROOM_TRY(NewFile made, NewFile::make(partial));
  STRONGROOM_CHECK(made.write(to_json(about)));
  give_away(made, path);
  return made.finish_as(file);
}

void remove_about(const std::string& path) {
  std::error_code ignored;  // without its backup it says nothing
  fs::remove(file_about(path), ignored);
}

std::string_view backup_of(std::string_view name) {
  if (!name.ends_with(kEnd)) return {};
  return name.substr(0, name.size() - kEnd.size());
}

}  // namespace strongroom::backup
