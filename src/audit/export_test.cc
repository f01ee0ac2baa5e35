// An export is verified without the server, and shows what was done to it.

#include "audit/export.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "audit/testing/trail_fixture.h"

namespace strongroom::audit {
namespace {

class ExportTest : public TrailFixture {
 protected:
  void SetUp() override {
    checkpoint_events_ = 4;
    TrailFixture::SetUp();
    for (int i = 0; i < 10; ++i) ASSERT_TRUE(append(event()).has_value());
  }
  std::vector<std::string> exported() {
    const auto standing = trail_->standing();
    std::string text = export_head(*standing, &key_, true);
    const auto links = trail_->after(standing->start, 1000);
    for (const Trail::Link& link : *links) text.append(export_line(link));
    text.append(export_end(links->back().entry));
    std::vector<std::string> lines;
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t end = text.find('\n', at);
      lines.push_back(text.substr(at, end - at));
      at = end + 1;
    }
    return lines;
  }
  static Result<Verification> checked(const std::vector<std::string>& lines,
                                      const Expected& expected = {}) {
    std::size_t next = 0;
    return verify_export(
        [&](std::string& line) {
          if (next == lines.size()) return false;
          line = lines[next++];
          return true;
        },
        expected);
  }
  static std::string verdict(const std::vector<std::string>& lines, const Expected& expected = {}) {
    const auto result = checked(lines, expected);
    return result ? "" : std::string(result.error().message.view());
  }
};

TEST_F(ExportTest, IsVerifiedAsTheTrailIs) {
  const auto verification = checked(exported(), {.public_key = key_.public_key()});
  ASSERT_TRUE(verification.has_value()) << verification.error().message.view();
  EXPECT_EQ(verification->events, 10);
  EXPECT_EQ(verification->checkpoints, 2);
  EXPECT_EQ(verification->head_hash, verified()->head_hash);
}

TEST_F(ExportTest, ShowsWhatWasDoneToIt) {
  const std::vector<std::string> good = exported();
  auto lines = good;
  lines[2].replace(lines[2].find("success"), 7, "failure");
  EXPECT_EQ(verdict(lines), "a link of the audit trail was changed");
  lines = good;
  std::swap(lines[2], lines[3]);
  EXPECT_EQ(verdict(lines), "a link of the audit trail is missing");
  lines = good;
  lines.pop_back();
  EXPECT_EQ(verdict(lines), "the end of the export is missing: the file was cut");
  lines = good;
  lines.erase(lines.end() - 2);
  EXPECT_EQ(verdict(lines), "the export does not end where it says: lines are missing");
  lines = good;
  lines.push_back(lines[1]);
  EXPECT_EQ(verdict(lines), "something stands behind the end of the export");
  lines = good;
  lines[3] = "{";
  EXPECT_EQ(verdict(lines), "a line of the export is damaged");
  const auto other = CheckpointKey::from_seed(crypto::sha256("another server"));
  EXPECT_EQ(verdict(good, {.public_key = other->public_key()}),
            "a checkpoint is not signed by the key that was given: it is of another server");
}

TEST_F(ExportTest, OfAPartOrOfSomethingElseIsRefused) {
  EXPECT_NE(verdict({"{}"}).find("no export"), std::string::npos);
  EXPECT_NE(verdict({}).find("no export"), std::string::npos);
  EXPECT_NE(verdict({R"({"strongroom_audit":2})"}).find("newer version"), std::string::npos);
  std::string part = export_head(*trail_->standing(), &key_, false);
  part.pop_back();
  EXPECT_NE(verdict({part}).find("a part of an audit trail"), std::string::npos);
}

TEST_F(ExportTest, BeginsBehindACheckpointWhereOldEventsWereRemoved) {
  EXPECT_EQ(trail_->expire(clock_.now() + Seconds(60), event(Action::kAuditExpired)), 8);
  const auto good = exported();
  const auto verification = checked(good);
  ASSERT_TRUE(verification.has_value()) << verification.error().message.view();
  EXPECT_EQ(verification->first_sequence, 9);
  auto lines = good;
  lines.erase(lines.begin() + 1);
  EXPECT_EQ(verdict(lines), "the checkpoint that the export begins behind is missing");
}

TEST_F(ExportTest, AsCsvIsNoProgramForASpreadsheet) {
  Event evil = event();
  evil.subject_name = "=1+\"2\"";
  const Trail::Entry entry{7, to_json(evil), std::string(64, 'a')};
  const std::string line = csv_line(entry);
  EXPECT_NE(line.find(",\"'=1+\"\"2\"\"\","), std::string::npos) << line;
  EXPECT_TRUE(line.starts_with("7,"));
  EXPECT_TRUE(line.ends_with("\r\n"));
  EXPECT_EQ(std::ranges::count(csv_head(), ','), 19);
}

}  // namespace
}  // namespace strongroom::audit
