#include "backup/archive.h"

#include <gmock/gmock.h>

namespace strongroom::backup {
namespace {

Manifest example() {
  Manifest manifest;
  manifest.created_at = WallTime(Milliseconds(1'700'000'000'123));
  manifest.program = "0.1.0";
  manifest.audit_head = std::string(64, 'a');
  manifest.tables = {{"users", 3}};
  manifest.parts = {{std::string(kStatePart), 5, std::string(64, '0')},
                    {std::string(kAuditPart), 0, std::string(64, '1')}};
  return manifest;
}

Result<std::string> read_all(const std::string& archive, std::size_t piece) {
  std::string read;
  ArchiveReader reader({.manifest = [](const Manifest&) -> Status { return {}; },
                        .begin = [&](const Part& part) -> Status {
                          read += "<" + part.name + ">";
                          return {};
                        },
                        .bytes = [&](std::string_view bytes) -> Status {
                          read += bytes;
                          return {};
                        },
                        .end = [&]() -> Status {
                          read += ".";
                          return {};
                        }});
  for (std::size_t at = 0; at < archive.size(); at += piece) {
    STRONGROOM_CHECK(reader.take(std::string_view(archive).substr(at, piece)));
  }
  STRONGROOM_CHECK(reader.finish());
  return read;
}

Code code_of(const Result<std::string>& result) {
  return result ? Code::kInternal : result.error().code;
}

TEST(Archive, IsReadHoweverItWasCut) {
  const std::string archive = *archive_head(example()) + "state";
  for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, archive.size()}) {
    const auto read = read_all(archive, piece);
    ASSERT_TRUE(read.has_value());
    EXPECT_EQ(*read, "<state.db>state.<audit.db>.");
  }
}

TEST(Archive, EndsWithItsLastPart) {
  const std::string archive = *archive_head(example()) + "state";
  EXPECT_EQ(code_of(read_all(archive + "x", 100)), Code::kCorrupt);
  EXPECT_EQ(code_of(read_all(archive.substr(0, archive.size() - 1), 100)), Code::kCorrupt);
  EXPECT_EQ(code_of(read_all(archive.substr(0, 3), 100)), Code::kCorrupt);
  EXPECT_EQ(code_of(read_all("", 100)), Code::kCorrupt);
}

TEST(Archive, HasNoPlaceForPartsThatGoElsewhere) {
  Manifest manifest = example();
  manifest.parts[0].name = "../state.db";
  EXPECT_EQ(code_of(read_all(*archive_head(manifest) + "state", 100)), Code::kCorrupt);
  manifest = example();
  manifest.parts.push_back(manifest.parts[0]);  // twice
  EXPECT_EQ(code_of(read_all(*archive_head(manifest) + "statestate", 100)), Code::kCorrupt);
}

TEST(Manifest, ReadsBackAsItself) {
  const auto again = manifest_from_json(to_json(example()));
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(to_json(*again), to_json(example()));
}

TEST(Manifest, OfANewerVersionSaysSo) {
  Manifest manifest = example();
  manifest.format = kFormat + 1;
  const auto read = manifest_from_json(to_json(manifest));
  ASSERT_FALSE(read.has_value());
  EXPECT_EQ(read.error().code, Code::kConflict);
  EXPECT_THAT(std::string(read.error().message.view()), testing::HasSubstr("newer version"));
}

}  // namespace
}  // namespace strongroom::backup
