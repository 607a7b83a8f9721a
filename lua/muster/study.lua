--- study{}, panel{}, intervention{} and the estimators: a study is data. Keys and values are checked in C, where they
--- are put to use.
local schema = use "schema"

local function plain(value, path)
  local kind = type(value)
  if host.kind(value) == "part" then return value end
  if kind == "function" or host.kind(value) then
    schema.wrong(path, value, "data: texts, numbers, true or false, and tables of them")
  end
  if kind ~= "table" then return value end
  local copy = {}
  for key, item in pairs(value) do copy[key] = plain(item, schema.below(path, key)) end
  return copy
end

local function part(name)
  return function(given)
    if type(given) ~= "table" or host.kind(given) then
      host.fail({}, name .. " takes a table, not " .. schema.describe(given), name .. " { ... }")
    end
    return host.seal("part", { part = name, given = plain(given, {}) })
  end
end

local export = {
  panel = part "panel",
  -- intervention "mentor", or intervention { kind = "mentor", provider = "..." }
  intervention = function(given)
    if type(given) == "string" then given = { kind = given } end
    return part "intervention"(given)
  end,
  study = function(given)
    if type(given) ~= "table" or host.kind(given) then
      host.fail({}, "study takes a table, not " .. schema.describe(given), "study { title = ..., panel = panel { ... }, estimators = { ... } }")
    end
    return host.seal("study", plain(given, {}))
  end,
}

for _, name in ipairs {
  "twfe", "did", "event_study", "callaway_santanna", "imputation", "permutation", "wild_bootstrap", "pairs_bootstrap",
  "before_after", "regression_to_the_mean", "its", "matching", "weighting", "synthetic_control", "sdid", "rct", "cace",
  "counts", "subgroups", "placebo_outcomes", "multiple_imputation", "power",
} do
  export[name] = part(name)
end

return { export = export }
