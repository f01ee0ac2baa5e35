#include "catalogue/catalogue.h"

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "base/unicode.h"
#include "catalogue/embedded_files.h"

namespace strongroom::catalogue {
namespace {

namespace fs = std::filesystem;

std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// A directory of its own that goes away with the test.
class OwnFiles : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "catalogue-XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    directory_ = name;
  }
  void TearDown() override { fs::remove_all(directory_); }

  void write(const std::string& name, const std::string& text) {
    std::ofstream(directory_ / name, std::ios::binary) << text;
  }
  Result<Catalogue> load() const { return Catalogue::with_own_files(directory_.string()); }

  fs::path directory_;
  const std::string entry_ = read(STRONGROOM_SOURCE_DIR "/src/catalogue/testdata/full_entry.json");
};

TEST(Catalogue, BuiltInFilesAreTheFilesOfTheRepository) {
  std::size_t files = 0;
  for (const auto& file : fs::directory_iterator(STRONGROOM_SOURCE_DIR "/providers")) {
    if (file.path().extension() == ".json" && file.path().filename() != "schema.json") ++files;
  }
  EXPECT_EQ(embedded_files().size(), files);
  for (const EmbeddedFile& file : embedded_files()) {
    EXPECT_EQ(file.text, read(fs::path(STRONGROOM_SOURCE_DIR "/providers") / file.name));
  }
  const Catalogue catalogue = *Catalogue::built_in();
  const auto all = catalogue.all();
  for (const Provider& provider : *all) EXPECT_TRUE(is_built_in(provider.id));
  for (const char* other : {"", "okta.json", "okt", "mine"}) EXPECT_FALSE(is_built_in(other));
}

TEST(Catalogue, KnowsTheProvidersThatTheProductPromises) {
  const auto catalogue = Catalogue::built_in();
  ASSERT_TRUE(catalogue.has_value()) << catalogue.error().detail;
  for (const char* id : {"generic", "microsoft", "google", "salesforce", "okta", "auth0", "box",
                         "zoom", "linkedin", "linear"}) {
    EXPECT_NE(catalogue->find(id), nullptr) << id;
  }
  EXPECT_EQ(catalogue->find("no-such"), nullptr);
  EXPECT_EQ(catalogue->find("microsoft")->name, "Microsoft Azure AD 2.0");
}

TEST(Catalogue, EveryBuiltInFileIsCalledLikeItsIdAndIsInOrder) {
  const auto catalogue = Catalogue::built_in();
  ASSERT_TRUE(catalogue.has_value());
  for (const EmbeddedFile& file : embedded_files()) {
    EXPECT_NE(catalogue->find(file.name.substr(0, file.name.find('.'))), nullptr) << file.name;
  }
  for (std::size_t i = 1; i < catalogue->all()->size(); ++i) {
    EXPECT_LT(name_key((*catalogue->all())[i - 1].name), name_key((*catalogue->all())[i].name));
  }
}

TEST(Catalogue, KnowsHowMicrosoftWantsCertificatesToSign) {
  //
  const auto catalogue = Catalogue::built_in();
  ASSERT_TRUE(catalogue.has_value());
  const Provider& microsoft = *catalogue->find("microsoft");
  EXPECT_TRUE(microsoft.offers(ClientAuthentication::kPrivateKeyJwt));
  const AssertionRules& rules = microsoft.client_assertion.value();
  EXPECT_EQ(rules.audience, AssertionAudience::kTokenEndpoint);
  EXPECT_EQ(rules.type, AssertionType::kJwt);
  EXPECT_EQ(rules.algorithms, std::vector{AssertionAlgorithm::kPs256});
  EXPECT_EQ(rules.thumbprints, std::vector{CertificateThumbprint::kSha256});
}

TEST_F(OwnFiles, AreAddedToTheBuiltInOnes) {
  write("mine.json", entry_);
  write("notes.txt", "not an entry");
  const auto catalogue = load();
  ASSERT_TRUE(catalogue.has_value()) << catalogue.error().detail;
  EXPECT_NE(catalogue->find("example-2"), nullptr);
  EXPECT_NE(catalogue->find("okta"), nullptr);
}

TEST_F(OwnFiles, CannotTakeThePlaceOfABuiltInOne) {
  // E27
  std::string okta = entry_;
  okta.replace(okta.find("example-2"), 9, "okta");
  write("okta.json", okta);
  const auto catalogue = load();
  ASSERT_FALSE(catalogue.has_value());
  EXPECT_EQ(catalogue.error().code, Code::kConflict);
}

TEST_F(OwnFiles, AreNamedWhenTheyAreBad) {
  write("bad.json", "{\n  \"id\": 7}");
  const auto catalogue = load();
  ASSERT_FALSE(catalogue.has_value());
  EXPECT_EQ(catalogue.error().code, Code::kInvalidArgument);
  EXPECT_NE(catalogue.error().detail.find("bad.json:2: at /id"), std::string::npos)
      << catalogue.error().detail;
}

TEST_F(OwnFiles, MayNotBeHuge) {
  write("huge.json", entry_ + std::string(std::size_t{64} * 1024, ' '));
  const auto catalogue = load();
  ASSERT_FALSE(catalogue.has_value());
  EXPECT_EQ(catalogue.error().code, Code::kInvalidArgument);
}

TEST_F(OwnFiles, MayNotBeSomethingElseThanFiles) {
  fs::create_directory(directory_ / "folder.json");
  const auto catalogue = load();
  ASSERT_FALSE(catalogue.has_value());
  EXPECT_EQ(catalogue.error().code, Code::kUnavailable);
}

TEST_F(OwnFiles, MayNotBeVeryMany) {
  for (int i = 0; i < 1'001; ++i) write(std::to_string(i) + ".json", "{}");
  const auto catalogue = load();
  ASSERT_FALSE(catalogue.has_value());
  EXPECT_EQ(catalogue.error().code, Code::kUnavailable);
}

TEST_F(OwnFiles, AreNamedWithTheLineOfAnIdThatIsTaken) {
  write("a.json", entry_);
  write("b.json", entry_);
  const auto catalogue = load();
  ASSERT_FALSE(catalogue.has_value());
  EXPECT_EQ(catalogue.error().code, Code::kConflict);
  EXPECT_NE(catalogue.error().detail.find("b.json:3: example-2"), std::string::npos)
      << catalogue.error().detail;
}

// The entry with another host of its introspection endpoint.
std::string entry_at(std::string entry, std::string_view host) {
  const std::string_view before = "\"https://login.example.com/{tenant}/{cell}/introspect\"";
  entry.replace(entry.find(before), before.size(),
                "\"https://" + std::string(host) + "/introspect\"");
  return entry;
}

TEST_F(OwnFiles, CanBeReplacedWhileTheyAreUsed) {
  // E27
  const Catalogue catalogue = *Catalogue::built_in();
  Catalogue writer = catalogue;
  const auto one = Catalogue::edition_with({{"own.json", entry_at(entry_, "one.example.com")}});
  const auto other = Catalogue::edition_with({{"own.json", entry_at(entry_, "two.example.com")}});
  ASSERT_TRUE(one.has_value() && other.has_value());
  writer.replace(*one);
  const ProviderPtr kept = catalogue.find("example-2");
  std::atomic<bool> is_over{false};
  std::atomic<int> found{0};
  std::vector<std::jthread> readers;
  readers.reserve(4);
  for (int i = 0; i < 4; ++i) {
    readers.emplace_back([&] {
      while (!is_over) {
        const ProviderPtr now = catalogue.find("example-2");
        ASSERT_NE(now, nullptr);
        const std::string& address = now->introspection_endpoint;
        ASSERT_TRUE(address == "https://one.example.com/introspect" ||
                    address == "https://two.example.com/introspect")
            << address;
        ASSERT_EQ(catalogue.all()->size(), (*one)->providers.size());
        ++found;
      }
    });
  }
  for (int i = 0; i < 2'000 || found < 2'000; ++i) writer.replace(i % 2 == 0 ? *other : *one);
  is_over = true;
  readers.clear();
  // Whoever found it before keeps it, and nothing else.
  writer.replace(*Catalogue::edition_with({}));
  EXPECT_EQ(kept->introspection_endpoint, "https://one.example.com/introspect");
  EXPECT_EQ(catalogue.find("example-2"), nullptr);
  EXPECT_NE(catalogue.find("okta"), nullptr);
}

TEST_F(OwnFiles, StayAsTheyAreForWhoeverDecidesBySeveralOfThem) {
  // invariant 5
  Catalogue catalogue = *Catalogue::built_in();
  const Catalogue another = *Catalogue::built_in();
  catalogue.replace(*Catalogue::edition_with({{"own.json", entry_}}));
  {
    const SteadyCatalogue steady(catalogue);
    catalogue.replace(*Catalogue::edition_with({}));
    EXPECT_NE(catalogue.find("example-2"), nullptr);
    {
      const SteadyCatalogue within(catalogue);
      EXPECT_NE(catalogue.find("example-2"), nullptr);
    }
    EXPECT_NE(catalogue.find("example-2"), nullptr);
    EXPECT_EQ(another.find("example-2"), nullptr) << "of one catalogue alone";
    std::jthread([&] { EXPECT_EQ(catalogue.find("example-2"), nullptr); }).join();
  }
  EXPECT_EQ(catalogue.find("example-2"), nullptr);
}

TEST(Catalogue, SaysThatADirectoryIsNotThere) {
  const auto catalogue = Catalogue::with_own_files("/nonexistent/providers");
  ASSERT_FALSE(catalogue.has_value());
  EXPECT_EQ(catalogue.error().code, Code::kUnavailable);
}

}  // namespace
}  // namespace strongroom::catalogue
