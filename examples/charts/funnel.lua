-- Which schools have more persistent absence than chance explains.
return funnel_chart {}
