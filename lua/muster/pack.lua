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

-- What data and schools must be like for the pack to apply. Every other name is a column of schools.
local words = {
  pupils = schema.some(schema.filled),
  data = schema.some(schema.one_of { "marks", "calendar", "terms", "interventions", "responses", "counts" }),
  from = function(value, path) return { schema.date(value, path) } end,
  to = function(value, path) return { schema.date(value, path) } end,
  weeks = function(value, path)
    local whole = schema.whole(value, path)
    if whole < 1 or whole > 53 then schema.wrong(path, value, "from 1 to 53 school weeks") end
    return { tostring(whole) }
  end,
}

local function meant(value, path)
  local kind = type(value)
  if kind == "number" or kind == "boolean" then value = tostring(value) end
  return schema.filled(value, path)
end

local column = schema.some(meant)

local function applies(value, path)
  local any = schema.map(schema.anything)(value, path)
  local copy = {}
  for name, condition in pairs(any) do
    copy[name] = (words[name] or column)(condition, schema.below(path, name))
  end
  return copy
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
  applies = applies,
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
