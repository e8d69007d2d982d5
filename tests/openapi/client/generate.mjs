// SPDX-License-Identifier: MIT
// generate.mjs FOLDER...: the types of each document FOLDER/NAME.json, as FOLDER/NAME.ts
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import openapiTS, { astToString } from "openapi-typescript";

for (const folder of process.argv.slice(2)) {
  for (const name of readdirSync(folder).filter((each) => each.endsWith(".json"))) {
    const types = await openapiTS(JSON.parse(readFileSync(join(folder, name), "utf8")), { silent: true });
    writeFileSync(join(folder, name.replace(/\.json$/, ".ts")), astToString(types));
  }
}
