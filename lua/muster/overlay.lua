--- overlay{}: what a school changes of a pack without touching it. Names and bounds are checked against the pack.
local schema = use "schema"

local function value(given, path)
  local kind = type(given)
  if kind ~= "number" and kind ~= "string" and kind ~= "boolean" then
    schema.wrong(path, given, "a number, a text, or true or false")
  end
  if kind == "string" and text.starts(given, "codes ") then return text.trim(string.sub(given, 6)) end
  return tostring(given)
end

local function dotted(key, path)
  if not text.contains(key, ".") then schema.wrong(path, key, '["rule.param"] = value') end
end

local check = schema.closed("overlay", {
  params = schema.map(value, dotted),
  disable = schema.list(schema.filled),
  level = schema.map(schema.one_of { "info", "watch", "review", "urgent" }),
  silence = schema.map(schema.date),
})

return { export = { overlay = function(given) return host.seal("overlay", check(given)) end } }
