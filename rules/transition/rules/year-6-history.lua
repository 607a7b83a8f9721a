--- A new Year 7 pupil who missed a tenth or more of Year 6.
-- Authority: FFT Education Datalab 2025: absence in Year 6 and in Year 7 correlate by 0.63 (about 200,000 pupils with at least 20 weeks of Year 6); the
-- Department for Education began giving secondary schools their new pupils' Year 6 attendance in 2025. A tenth is the Department's line for
-- persistent absence. The rate is read from the attribute that `attribute` names (a share, such as 0.12; a column of pupils.csv), else from last
-- year's marks in the same school, where the data has them.
return rule {
  id     = "year-6-history",
  title  = "Year 7: absent in Year 6",
  scope  = "pupil",
  level  = "watch",
  params = {
    share     = rate { 0.10, min = 0.02, max = 1, doc = "of Year 6 missed" },
    possible  = integer { 200, min = 20, max = 380, doc = "possible sessions of last year before its marks are judged: twenty weeks" },
    attribute = string { "year6_absence", doc = "column of pupils.csv with the rate that the primary school had" },
    weeks     = integer { 15, min = 1, max = 39, doc = "school weeks of the year in which this is still said; then Year 7 speaks for itself" },
  },
  when   = function(pupil, p)
    if pupil.year_group ~= p.year or #pupil:weeks() > p.weeks then return end
    local rate = pupil.attr[p.attribute]
    if type(rate) ~= "number" then
      if (pupil:count("possible", "last year") or 0) < p.possible then return end
      rate = pupil:rate("absent", "last year")
    end
    if rate >= p.share then return { year6 = rate, now = pupil:rate("absent") } end
  end,
  message = "{year6:percent} absent in Year 6, {now:percent} so far this year",
  plan    = "settle-in",
}
