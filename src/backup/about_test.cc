#include "backup/about.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "backup/directory.h"
#include "storage/testing/temporary_directory.h"

namespace strongroom::backup {
namespace {

namespace fs = std::filesystem;

constexpr const char* kName = "strongroom-20261126T150000Z.backup";
constexpr WallTime kLater{Milliseconds{1'795'000'000'000}};

class AboutTest : public testing::Test {
 protected:
  void SetUp() override { fs::create_directory(backups_); }

  std::string path(const std::string& name) const { return backups_ + "/" + name; }
  void put(const std::string& name, const std::string& text) const {
    std::ofstream(path(name)) << text;
  }
  // The only one that is listed.
  BackupFile listed() const {
    const auto files = list(backups_);
    EXPECT_TRUE(files.has_value());
    EXPECT_EQ(files->size(), 1U);
    return files->front();
  }

  storage::TemporaryDirectory directory_;
  const std::string backups_ = directory_.file("backups");
};

TEST_F(AboutTest, TheListSaysWhatIsKnownOfABackup) {
  put(kName, "sealed");
  About about{.maker = Maker::kPerson, .person = "Ada \"x\"", .program = "0.6.0"};
  ASSERT_TRUE(write_about(path(kName), about).has_value());
  EXPECT_EQ(to_json(listed()),
            R"({"name":"strongroom-20261126T150000Z.backup","created_at":"2026-11-26T15:00:00Z",)"
            R"("size":6,"made_by":"person","person":"Ada \"x\"","version":"0.6.0",)"
            R"("verified":null})");
  about.verified = {.at = kLater, .finding = Finding::kOpened};
  ASSERT_TRUE(write_about(path(kName), about).has_value());
  const BackupFile file = listed();
  EXPECT_EQ(file.about.person, "Ada \"x\"");
  ASSERT_TRUE(file.about.verified.has_value());
  EXPECT_EQ(file.about.verified->at, kLater);
  EXPECT_EQ(file.about.verified->finding, Finding::kOpened);
}

TEST_F(AboutTest, EveryFindingAndMakerIsReadBack) {
  put(kName, "sealed");
  for (const Finding finding :
       {Finding::kWhole, Finding::kOpened, Finding::kDamaged, Finding::kDrillFailed}) {
    for (const Maker maker : {Maker::kUnknown, Maker::kSchedule, Maker::kPerson, Maker::kHost}) {
      ASSERT_TRUE(write_about(path(kName), {.maker = maker,
                                            .verified = Verified{.at = kLater, .finding = finding}})
                      .has_value());
      EXPECT_EQ(listed().about.maker, maker);
      EXPECT_EQ(listed().about.verified.value_or(Verified{}).finding, finding);
    }
  }
}

// A file that came from elsewhere, or beside which something is that is no such text.
TEST_F(AboutTest, WhatCannotBeReadIsNotKnown) {
  put(kName, "sealed");
  const std::string unknown =
      R"({"name":"strongroom-20261126T150000Z.backup","created_at":"2026-11-26T15:00:00Z",)"
      R"("size":6,"made_by":null,"person":null,"version":null,"verified":null})";
  EXPECT_EQ(to_json(listed()), unknown);
  const std::string about = std::string(kName) + ".about";
  for (const std::string text :
       {"", "{", "[]", "7", R"({"made_by":7,"person":[],"version":{},"verified_at":"x"})",
        R"({"made_by":"nobody","verified_at":"2026-11-26T15:00:00Z","finding":"fine"})"}) {
    put(about, text);
    EXPECT_EQ(to_json(listed()), unknown) << text;
  }
  put(about, std::string(100'000, ' '));
  EXPECT_EQ(to_json(listed()), unknown);
  fs::remove(path(about));
  fs::create_directory(path(about));
  EXPECT_EQ(to_json(listed()), unknown);
}

TEST_F(AboutTest, WhatACrashLeftIsNotInTheWay) {
  put(kName, "sealed");
  put(std::string(kName) + ".about.partial", "{\"ma");
  ASSERT_TRUE(write_about(path(kName), {.maker = Maker::kHost}).has_value());
  EXPECT_EQ(listed().about.maker, Maker::kHost);
}

// Whoever may write to the directory of backups writes to the terminal of whoever lists them.
TEST_F(AboutTest, WhatSomebodyWroteCannotSteerATerminal) {
  put(kName, "sealed");
  put(std::string(kName) + ".about",
      R"({"made_by":"person","person":"Ada\u001b[2J\u202e\nRoot","version":")" +
          std::string(10'000, 'x') + "\"}");
  const About about = listed().about;
  EXPECT_EQ(about.person, "Ada\uFFFD[2J\uFFFD\uFFFDRoot");
  EXPECT_EQ(about.program, std::string(128, 'x') + "\u2026");
}

// The owner of the backup may have put a link in its place, to have a file of root's.
TEST_F(AboutTest, IsGivenToTheOwnerOfTheBackupAndOfNothingThatALinkNames) {
  const uid_t somebody = geteuid() == 0 ? 12'345 : geteuid();  // who is not root gives nothing away
  const auto owner = [](const std::string& file) {
    struct stat status {};
    EXPECT_EQ(lstat(file.c_str(), &status), 0);
    return status.st_uid;
  };
  put(kName, "sealed");
  ASSERT_EQ(chown(path(kName).c_str(), somebody, getegid()), 0);
  ASSERT_TRUE(write_about(path(kName), {.maker = Maker::kHost}).has_value());
  EXPECT_EQ(owner(path(kName) + ".about"), somebody);
  const std::string elsewhere = directory_.file("elsewhere");
  fs::rename(path(kName), elsewhere);
  fs::create_symlink(elsewhere, path(kName));
  ASSERT_TRUE(write_about(path(kName), {.maker = Maker::kHost}).has_value());
  EXPECT_EQ(owner(path(kName) + ".about"), geteuid());
}

TEST_F(AboutTest, GoesWithItsBackup) {
  const std::string older = "strongroom-20261125T150000Z.backup";
  const std::string gone = "strongroom-20261124T150000Z.backup";
  for (const std::string& name : {std::string(kName), older, gone}) {
    put(name, "sealed");
    ASSERT_TRUE(write_about(path(name), {.maker = Maker::kSchedule}).has_value());
  }
  put("notes.about", "somebody else's");
  fs::remove(path(gone));  // by somebody on the host
  const auto removed = remove_old(backups_, 1);
  ASSERT_TRUE(removed.has_value());
  EXPECT_EQ(*removed, 1);
  std::vector<std::string> left;
  for (const auto& entry : fs::directory_iterator(backups_)) {
    left.push_back(entry.path().filename().string());
  }
  std::ranges::sort(left);
  EXPECT_EQ(left, (std::vector<std::string>{"notes.about", kName, std::string(kName) + ".about"}));
}

}  // namespace
}  // namespace strongroom::backup
