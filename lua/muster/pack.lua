--- pack{}: the manifest, pack.lua.
local schema = use "schema"
local params = use "params"
local required = schema.required

local code = schema.closed("a code", {
  code = required(schema.filled),
  categories = required(schema.list(schema.one_of {
    "possible", "present", "approved", "authorised", "unauthorised", "late", "illness",
  })),
  from = schema.date,
  to = schema.date,
  meaning = schema.filled,
})

local function version(value, path)
  local parts = type(value) == "string" and text.split(value, ".") or {}
  local good = #parts == 3
  for _, part in ipairs(parts) do
    local n = tonumber(part)
    good = good and n ~= nil and math.type(n) == "integer" and n >= 0 and tostring(n) == part
  end
  if not good then schema.wrong(path, value, 'a version of three numbers, such as "1.0.0"') end
  return value
end

local function one(value, path)
  if value ~= 1 then schema.wrong(path, value, "1", "this muster knows the rule language in version 1") end
  return value
end

local check = schema.closed("pack", {
  name = required(schema.name),
  version = required(version),
  api = required(one),
  licence = required(schema.filled),
  authors = schema.some(schema.filled),
  about = schema.filled,
  params = params.map,
  requires = schema.map(schema.filled, schema.name),
  applies = schema.map(schema.some(schema.filled)),
  codes = schema.list(code),
})

return {
  export = {
    pack = function(given)
      local made = check(given)
      made.params = made.params or {}
      return host.seal("pack", made)
    end,
  },
  code = code,
}
