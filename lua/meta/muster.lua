--- @meta
--- The rule language for the Lua language server: what constructors take and what subjects answer. Nothing here runs.
--- Set "Lua.workspace.library" to this folder and "Lua.runtime.version" to "Lua 5.4"; switch the builtin libraries off.

--- @alias kind "possible"|"present"|"approved"|"attended"|"absent"|"authorised"|"unauthorised"|"late"|"illness"|"missing"|"marked"|codes
--- @alias window "year"|"last year"|"this term"|"last term"|"this half-term"|"last half-term"|"this week"|"autumn"|"spring"|"summer"|"HT1"|"HT2"|"HT3"|"HT4"|"HT5"|"HT6"|"since plan"|"all"|string
--- @alias level "info"|"watch"|"review"|"urgent"
--- @alias lasting "until half-term end"|"until term end"|"until year end"|string
--- @alias date string  -- "2025-09-01"
--- @alias codes string
--- @alias answer table<string, any>|true|nil|false

--- @class (exact) Spell
--- @field sessions integer
--- @field days integer
--- @field first? date
--- @field last? date

--- @class (exact) BrokenWeek
--- @field start date
--- @field absent integer
--- @field attended integer

--- @class (exact) Week
--- @field start date
--- @field possible integer
--- @field present integer
--- @field absent integer
--- @field authorised integer
--- @field unauthorised integer
--- @field late integer
--- @field missing integer
--- @field rate? number

--- @class (exact) Trend
--- @field slope number
--- @field low number
--- @field high number
--- @field weeks integer

--- @class (exact) Intervention
--- @field kind string
--- @field provider? string
--- @field start date
--- @field finish? date
--- @field dose? number
--- @field cost? number

--- @class (exact) Responses
--- @field mean number
--- @field latest number
--- @field n integer
--- @field date date

--- @class Pupil
--- @field id string
--- @field school string
--- @field year_group? number|string
--- @field group? string
--- @field sex? string
--- @field fsm? boolean|string
--- @field sen? string
--- @field eal? boolean|string
--- @field ethnicity? string
--- @field birth_date? date
--- @field start_date? date
--- @field as_of date
--- @field attr table<string, string|number|boolean>
local Pupil = {}

--- Sessions of a kind.
--- @param kind kind
--- @param window? window
--- @return integer|nil
function Pupil:count(kind, window) end
--- Share of the possible sessions; nil when nothing was possible.
--- @param kind kind
--- @param window? window
--- @return number|nil
function Pupil:rate(kind, window) end
--- Ten per cent or more of the possible sessions missed.
--- @param window? window
--- @return boolean
function Pupil:persistent(window) end
--- Half or more of the possible sessions missed.
--- @param window? window
--- @return boolean
function Pupil:severe(window) end
--- @param kind kind
--- @param window? window
--- @return Spell[]
function Pupil:spells(kind, window) end
--- @param kind kind
--- @param window? window
--- @return Spell
function Pupil:longest(kind, window) end
--- @param kind kind
--- @return Spell
function Pupil:current(kind) end
--- @param window? window
--- @return BrokenWeek[]
function Pupil:broken_weeks(window) end
--- @param window? window
--- @return Week[]
function Pupil:weeks(window) end
--- @param kind kind
--- @param window? window
--- @return table<string, number>
function Pupil:weekdays(kind, window) end
--- @param kind kind
--- @param window? window
--- @return Trend|nil
function Pupil:trend(kind, window) end
--- @param kind kind
--- @return number|nil count, number? possible
function Pupil:projected(kind) end
--- @param kind kind
--- @param window? window
--- @return integer|nil rank, integer? of
function Pupil:rank(kind, window) end
--- @return Pupil[]
function Pupil:similar() end
--- @return School
function Pupil:school() end
--- @param intervention? string
--- @param window? window
--- @return Intervention|false
function Pupil:had(intervention, window) end
--- @param instrument string
--- @param item? string
--- @return Responses|nil
function Pupil:responses(instrument, item) end
--- @param id string
--- @return date|nil
function Pupil:plan(id) end

--- @class Group
--- @field id string
--- @field school string
--- @field by string
--- @field as_of date
local Group = {}
--- @param kind kind
--- @param window? window
--- @return integer|nil
function Group:count(kind, window) end
--- @param kind kind
--- @param window? window
--- @return number|nil
function Group:rate(kind, window) end
--- @param window? window
--- @return integer pupils, integer of
function Group:persistent(window) end
--- @param window? window
--- @return integer pupils, integer of
function Group:severe(window) end
--- @param window? window
--- @return Week[]
function Group:weeks(window) end
--- @param kind kind
--- @param window? window
--- @return table<string, number>
function Group:weekdays(kind, window) end
--- @param kind kind
--- @param window? window
--- @return Trend|nil
function Group:trend(kind, window) end
--- @param kind kind
--- @return number|nil count, number? possible
function Group:projected(kind) end
--- @param attribute string
--- @param window? window
--- @return number|nil
function Group:gap(attribute, window) end
--- @param where? table<string, string|number|boolean>
--- @return integer
function Group:pupils(where) end
--- The pupils on roll at the as-of date.
--- @return Pupil[]
function Group:roll() end
--- @return School
function Group:school() end
--- @param id string
--- @return date|nil
function Group:plan(id) end

--- @class School
--- @field id string
--- @field name string
--- @field phase? string
--- @field region? string
--- @field local_authority? string
--- @field trust? string
--- @field as_of date
--- @field attr table<string, string|number|boolean>
local School = {}
--- @param kind kind
--- @param window? window
--- @return integer|nil
function School:count(kind, window) end
--- @param kind kind
--- @param window? window
--- @return number|nil
function School:rate(kind, window) end
--- @param window? window
--- @return integer pupils, integer of
function School:persistent(window) end
--- @param window? window
--- @return integer pupils, integer of
function School:severe(window) end
--- @param window? window
--- @return Week[]
function School:weeks(window) end
--- @param kind kind
--- @param window? window
--- @return table<string, number>
function School:weekdays(kind, window) end
--- @param kind kind
--- @param window? window
--- @return Trend|nil
function School:trend(kind, window) end
--- @param kind kind
--- @return number|nil count, number? possible
function School:projected(kind) end
--- @param kind kind
--- @param window? window
--- @return integer|nil rank, integer? of
function School:rank(kind, window) end
--- @param attribute string
--- @param window? window
--- @return number|nil
function School:gap(attribute, window) end
--- @param where? table<string, string|number|boolean>
--- @return integer
function School:pupils(where) end
--- The pupils on roll at the as-of date.
--- @return Pupil[]
function School:roll() end
--- @return School[]
function School:similar() end
--- @return School
function School:school() end
--- @param intervention? string
--- @param window? window
--- @return Intervention|false
function School:had(intervention, window) end
--- @param instrument string
--- @param item? string
--- @return Responses|nil
function School:responses(instrument, item) end
--- @param id string
--- @return date|nil
function School:plan(id) end

--- @class Parameter

--- @param p { [1]: integer, min?: integer, max?: integer, doc?: string }
--- @return Parameter
function integer(p) end
--- @param p { [1]: number, min?: number, max?: number, doc?: string }
--- @return Parameter
function number(p) end
--- @param p { [1]: number, min?: number, max?: number, doc?: string }
--- @return Parameter
function rate(p) end
--- @param p { [1]: boolean, doc?: string }
--- @return Parameter
function boolean(p) end
--- @param p { [1]: string, of: string[], doc?: string }
--- @return Parameter
function choice(p) end
--- @param p { [1]: window, doc?: string }
--- @return Parameter
function window(p) end
--- codes"G N O U" is a kind of session; codes { "G N O U" } a parameter that is one.
--- @param p string|{ [1]: string, doc?: string }
--- @return codes
function codes(p) end

--- @class (exact) Rule
--- @field id string
--- @field title string
--- @field scope "pupil"|"group"|"school"
--- @field by? string
--- @field level level
--- @field params? table<string, Parameter>
--- @field when fun(subject: any, p: table): answer
--- @field message string
--- @field for_? lasting
--- @field hold? lasting
--- @field rearm? lasting
--- @field silence? date
--- @field inhibits? string
--- @field plan? string
--- @field authority? string

--- @param given Rule
function rule(given) end

--- @class (exact) Step
--- @field id string
--- @field action string
--- @field owner string
--- @field due lasting
--- @field when? fun(subject: any, p: table): any

--- @class (exact) Plan
--- @field id string
--- @field title? string
--- @field steps Step[]
--- @field review? { after: lasting, success: fun(subject: any, p: table): any }
--- @field escalate? string

--- @param given Plan
function plan(given) end

--- What lib/NAME.lua of the same pack returns, unchangeable. At the top of a file, outside functions.
--- @param name string
--- @return table
function require(name) end

--- @class (exact) Manifest
--- @field name string
--- @field version string
--- @field api 1
--- @field licence string
--- @field authors? string|string[]
--- @field about? string
--- @field params? table<string, Parameter>
--- @field requires? table<string, string>
--- @field applies? { pupils?: string|string[], data?: string|string[], weeks?: integer, from?: date, to?: date, [string]: any }
--- @field codes? { code: string, categories: string[], from?: date, to?: date, meaning?: string }[]

--- @param given Manifest
function pack(given) end

--- @class (exact) Overlay
--- @field params? table<string, number|string|boolean>
--- @field disable? string[]
--- @field level? table<string, level>
--- @field silence? table<string, date>

--- @param given Overlay
function overlay(given) end

--- @param given table
function source(given) end

--- @param rule string
--- @return fun(given: table)
function tests(rule) end
--- @param name string
--- @return fun(given: table)
function case(name) end
none = {}

--- A study, its panel and its estimators; keys and values are in docs/studies.md.
--- @class Part

--- @param given table
function study(given) end
--- @param given table
--- @return Part
function panel(given) end
--- @param given string|table
--- @return Part
function intervention(given) end
--- @param given table
--- @return Part
function twfe(given) end
--- @param given table
--- @return Part
function did(given) end
--- @param given table
--- @return Part
function event_study(given) end
--- @param given table
--- @return Part
function callaway_santanna(given) end
--- @param given table
--- @return Part
function imputation(given) end
--- @param given table
--- @return Part
function permutation(given) end
--- @param given table
--- @return Part
function wild_bootstrap(given) end
--- @param given table
--- @return Part
function pairs_bootstrap(given) end
--- @param given table
--- @return Part
function before_after(given) end
--- @param given table
--- @return Part
function regression_to_the_mean(given) end
--- @param given table
--- @return Part
function its(given) end
--- @param given table
--- @return Part
function matching(given) end
--- @param given table
--- @return Part
function weighting(given) end
--- @param given table
--- @return Part
function synthetic_control(given) end
--- @param given table
--- @return Part
function sdid(given) end
--- @param given table
--- @return Part
function rct(given) end
--- @param given table
--- @return Part
function cace(given) end
--- @param given table
--- @return Part
function counts(given) end
--- @param given table
--- @return Part
function subgroups(given) end
--- @param given table
--- @return Part
function placebo_outcomes(given) end
--- @param given table
--- @return Part
function multiple_imputation(given) end
--- @param given table
--- @return Part
function power(given) end

--- @generic T
--- @param condition T
--- @param message? string
--- @return T
function assert(condition, message) end
--- @param message string
function error(message) end
function ipairs(list) end
--- In the order of the keys: numbers, then texts, then false and true.
function pairs(t) end
function select(n, ...) end
--- @return number|nil
function tonumber(v) end
--- @return string
function tostring(v) end
--- @return string
function type(v) end

chance = {}
--- Probability that k or more of n have something that each has with probability p.
--- @param k integer
--- @param n integer
--- @param p number
--- @return number|nil
function chance.at_least(k, n, p) end
--- How many standard deviations k of n is from n times p.
--- @param k integer
--- @param n integer
--- @param p number
--- @return number|nil
function chance.z(k, n, p) end

dates = {}
--- @param day date
--- @param n integer
--- @return date
function dates.add(day, n) end
--- Days from the first to the second.
--- @return integer
function dates.days(from, to) end
--- @return integer
function dates.month(day) end
--- The September of its school year.
--- @return integer
function dates.school_year(day) end
--- @return "mon"|"tue"|"wed"|"thu"|"fri"|"sat"|"sun"
function dates.weekday(day) end
--- @return integer
function dates.year(day) end

math = {}
math.huge = 0.0
math.maxinteger = 0
math.mininteger = 0
math.pi = 0.0
function math.abs(x) end
function math.ceil(x) end
function math.exp(x) end
function math.floor(x) end
function math.fmod(x, y) end
function math.log(x, base) end
function math.max(x, ...) end
function math.min(x, ...) end
function math.sqrt(x) end
function math.tointeger(x) end
function math.type(x) end

--- string { "x" } is a parameter.
string = {}
function string.byte(s, i, j) end
function string.char(...) end
--- Plain text, no patterns.
function string.find(s, what, from) end
function string.format(format, ...) end
function string.len(s) end
function string.lower(s) end
function string.rep(s, n, separator) end
function string.reverse(s) end
function string.sub(s, i, j) end
function string.upper(s) end

table = {}
function table.concat(list, separator, i, j) end
function table.insert(list, ...) end
function table.remove(list, at) end
--- Stable: equal items keep their order.
function table.sort(list, before) end
function table.unpack(list, i, j) end

text = {}
--- @return boolean
function text.contains(s, what) end
--- @return boolean
function text.ends(s, with) end
--- @return string
function text.replace(s, what, by) end
--- @return string[]
function text.split(s, at) end
--- @return boolean
function text.starts(s, with) end
--- @return string
function text.trim(s) end
