// SPDX-License-Identifier: MIT
#include "pages/html.hpp"

#include "html/escape.hpp"

#include <fmt/format.h>

namespace drf_messages::pages {
namespace {

constexpr std::string_view style = R"css(
:root { color-scheme: light dark; --ink: #1c2733; --soft: #5b6875; --paper: #f5f7f9; --card: #fff; --line: #dbe1e7;
  --accent: #0b5cad; --key: #7a3e9d; --text: #1f6f43; --number: #a8480c; --good: #1f7a46; --bad: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e9ee; --soft: #9aa7b4; --paper: #12171c; --card: #1a2128;
  --line: #2d3843; --accent: #7db7f5; --key: #c9a1e6; --text: #8fd3a8; --number: #f0a878; --good: #7fd3a0; --bad: #ff9a91; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
header, main { max-width: 62rem; margin: 0 auto; padding: 0 1rem; }
header, main:first-child { padding-top: 2rem; }
h1 { margin: 0; font-size: 1.6rem; line-height: 1.25; }
h2 { margin: 1.5rem 0 .5rem; font-size: 1rem; color: var(--soft); }
p { margin: .4rem 0; color: var(--soft); max-width: 46rem; }
a { color: var(--accent); }
a:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
nav ul { display: flex; flex-wrap: wrap; gap: .5rem; list-style: none; margin: 1rem 0; padding: 0; }
nav a { display: inline-block; padding: .25rem .8rem; border: 1px solid var(--line); border-radius: .4rem;
  background: var(--card); text-decoration: none; }
nav a:hover, nav button:hover { border-color: var(--accent); }
form { display: grid; gap: .8rem; max-width: 24rem; margin: 1.2rem 0; padding: 1.2rem; background: var(--card);
  border: 1px solid var(--line); border-radius: .5rem; }
label { display: grid; gap: .2rem; }
input, button { font: inherit; padding: .45rem .7rem; border: 1px solid var(--line); border-radius: .4rem; color: inherit; background: var(--paper); }
button { background: var(--accent); color: var(--paper); border-color: var(--accent); cursor: pointer; }
nav form { display: inline; margin: 0; padding: 0; background: none; border: 0; }
nav button { padding: .25rem .8rem; background: var(--card); color: var(--accent); border-color: var(--line); }
input:focus-visible, button:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
ul.errors { list-style: none; margin: 0; padding: 0; color: var(--bad); }
.line { margin: 1.2rem 0 0; padding: .7rem 1rem; background: var(--card); border: 1px solid var(--line); border-radius: .5rem;
  font-family: ui-monospace, monospace; overflow-wrap: anywhere; color: var(--ink); max-width: none; }
.good { color: var(--good); } .bad { color: var(--bad); }
pre { margin: 0; padding: 1rem; background: var(--card); border: 1px solid var(--line); border-radius: .5rem; overflow: auto;
  font: .9rem/1.5 ui-monospace, monospace; white-space: pre-wrap; overflow-wrap: anywhere; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem; margin: 0; font: .9rem/1.5 ui-monospace, monospace; }
dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
.k { color: var(--key); } .s { color: var(--text); } .n { color: var(--number); }
footer { height: 3rem; }
)css";

} // namespace

std::string page_head(std::string_view title, std::string_view language) {
    return fmt::format(
        "<!doctype html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        "<meta name=\"robots\" content=\"none\">\n<title>{}</title>\n<style>{}</style>\n</head>\n"
        "<body>\n",
        html::escaped(language),
        title,
        style
    );
}

} // namespace drf_messages::pages
