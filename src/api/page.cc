#include "api/page.h"

namespace strongroom::api {
namespace {

constexpr std::string_view kPolicy =
    "default-src 'none'; style-src 'self'; form-action 'self' https:; base-uri 'none'; "
    "frame-ancestors 'none'";

constexpr std::string_view kStyle = R"css(:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; margin: 0; background: Canvas; color: CanvasText; }
main { max-width: 36rem; margin: 8vh auto; padding: 2rem; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 1rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .4rem 1.2rem; margin: 1.5rem 0; }
dt { opacity: .75; }
dd { margin: 0; overflow-wrap: anywhere; }
ul { margin: 0; padding-left: 1.1rem; }
button { font: inherit; font-weight: 600; padding: .6rem 1.6rem; border: 0; border-radius: .4rem;
  background: #0055aa; color: #ffffff; cursor: pointer; }
button:focus-visible, input:focus-visible { outline: 3px solid #d08700; outline-offset: 2px; }
input { font: inherit; width: 100%; box-sizing: border-box; padding: .5rem; margin: .3rem 0 1rem; }
.note { border-left: .3rem solid #0055aa; padding: .2rem 1rem; margin: 1.5rem 0; }
.large { font-size: 1.3rem; font-weight: 600; overflow-wrap: anywhere; }
@media (max-width: 30rem) { main { margin: 0 auto; padding: 1.2rem; } dl { display: block; }
  dd { margin: 0 0 .6rem; } }
)css";

}  // namespace

std::string html_escaped(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

http::Response page(std::string_view title, std::string_view body, int status) {
  http::Response response;
  response.status = status;
  response.content_type = "text/html; charset=utf-8";
  response.headers = {{"Content-Security-Policy", std::string(kPolicy)},
                      {"Cache-Control", "no-store"},
                      {"Referrer-Policy", "no-referrer"},
                      {"Cross-Origin-Opener-Policy", "same-origin"},
                      {"Cross-Origin-Resource-Policy", "same-origin"}};
  response.body =
      "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width\">\n<title>";
  response.body += html_escaped(title);
  response.body += " · Strongroom</title>\n<link rel=\"stylesheet\" href=\"";
  response.body += kStylePath;
  response.body += "\">\n</head>\n<body>\n<main>\n<h1>";
  response.body += html_escaped(title);
  response.body += "</h1>\n";
  response.body += body;
  response.body += "</main>\n</body>\n</html>\n";
  return response;
}

std::string_view page_style() { return kStyle; }

std::string_view cookie_value(std::string_view cookie_header, std::string_view name) {
  while (!cookie_header.empty()) {
    const std::size_t end = cookie_header.find(';');
    std::string_view pair = cookie_header.substr(0, end);
    cookie_header.remove_prefix(end == std::string_view::npos ? cookie_header.size() : end + 1);
    while (pair.starts_with(' ')) pair.remove_prefix(1);
    if (pair.size() > name.size() && pair.starts_with(name) && pair[name.size()] == '=') {
      return pair.substr(name.size() + 1);
    }
  }
  return {};
}

}  // namespace strongroom::api
