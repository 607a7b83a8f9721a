/* The texts of the steps, a file each. */
#ifndef MUSTER_STORE_SCHEMA_STEPS_H
#define MUSTER_STORE_SCHEMA_STEPS_H

extern const char muster_schema_tables[], muster_schema_indexes[], muster_schema_views[];

#endif
