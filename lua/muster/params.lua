--- Parameters of rules: the numbers and words a school may set, each with its bounds.
---   weeks = integer { 2, min = 1, max = 7, doc = "broken weeks before a review" }
local schema = use "schema"

local function bounds(of) return { min = of, max = of } end

local function inside(kind, given)
  local value = given[1]
  if given.min and value < given.min then
    host.fail({ here = true }, kind .. ": the default " .. tostring(value) .. " is below min", "at least " .. tostring(given.min))
  end
  if given.max and value > given.max then
    host.fail({ here = true }, kind .. ": the default " .. tostring(value) .. " is above max", "at most " .. tostring(given.max))
  end
end

-- A constructor: fields beside the default, and what its values must be.
local function parameter(kind, check, more, finish)
  local fields = { [1] = schema.required(check), doc = schema.filled }
  for name, field in pairs(more or {}) do fields[name] = field end
  local names = {}
  for name in pairs(fields) do
    if name ~= 1 then names[#names + 1] = name end
  end
  return function(given)
    if type(given) ~= "table" or host.kind(given) then
      host.fail({ here = true }, kind .. " takes a table with its default first", kind .. " { default, doc = \"...\" }")
    end
    local made = { kind = kind }
    for key, value in pairs(given) do
      local field = fields[key]
      if not field then
        local near = type(key) == "string" and host.nearest(key, names)
        host.fail({ here = true }, kind .. " does not know " .. schema.describe(key), "a default and " .. table.concat(names, ", "),
          near and 'did you mean "' .. near .. '"?' or nil)
      end
      made[key] = (type(field) == "table" and field[1] or field)(value, { here = true, key == 1 and "the default" or key })
    end
    if made[1] == nil then host.fail({ here = true }, kind .. " has no default", kind .. " { default, ... }") end
    if finish then finish(made) end
    made.default, made[1] = made[1], nil
    return host.seal("param", made)
  end
end

local function share(value, path)
  schema.number(value, path)
  if value < 0 or value > 1 then schema.wrong(path, value, "a share from 0 to 1, such as 0.1") end
  return value + 0.0
end

local function real(value, path) return schema.number(value, path) + 0.0 end

local function chosen(made)
  if not made.of or #made.of < 2 then host.fail({ here = true }, "choice has nothing to choose from", 'of = { "a", "b" }') end
  schema.one_of(made.of)(made[1], { here = true, "the default" })
end

local choice = parameter("choice", schema.text, { of = schema.list(schema.filled) }, chosen)

-- choice { "a", "b", "c" } is short for choice { "a", of = { "a", "b", "c" } }.
local function choice_of_list(given)
  if type(given) ~= "table" or host.kind(given) or given.of ~= nil or given[2] == nil then return choice(given) end
  local whole = { of = {} }
  for key, value in pairs(given) do
    if math.type(key) == "integer" then whole.of[#whole.of + 1] = value else whole[key] = value end
  end
  whole[1] = given[1]
  return choice(whole)
end

return {
  export = {
    integer = parameter("integer", schema.whole, bounds(schema.whole), function(made) inside("integer", made) end),
    number = parameter("number", real, bounds(real), function(made) inside("number", made) end),
    rate = parameter("rate", share, bounds(share), function(made) inside("rate", made) end),
    string_parameter = parameter("string", schema.text),
    choice = choice_of_list,
    boolean = parameter("boolean", schema.flag),
    codes_parameter = parameter("codes", schema.filled),
    window = parameter("window", schema.window),
  },
  --- For the params of a rule or a pack.
  map = schema.map(schema.made("param", 'a parameter such as integer { 2, min = 1, max = 7, doc = "..." }'), function(key, path)
    local first, more = "abcdefghijklmnopqrstuvwxyz_", "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
    for i = 1, #key do
      if not text.contains(i == 1 and first or first .. more, string.sub(key, i, i)) then
        schema.wrong(path, key, "a name of letters, digits and _ that begins with a small letter")
      end
    end
  end),
}
