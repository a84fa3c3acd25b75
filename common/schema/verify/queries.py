"""The catalogue of PostgreSQL 15 and later in seven statements; each takes a pattern of schema names.

They run under an empty search_path, so that every name outside of pg_catalog is written with its schema.
Members of extensions are left out.
"""

SCHEMAS = """
    SELECT n.nspname FROM pg_catalog.pg_namespace n
    WHERE n.nspname ~ %(schemas)s AND n.oid NOT IN (SELECT objid FROM pg_catalog.pg_depend
        WHERE deptype = 'e' AND classid = 'pg_catalog.pg_namespace'::pg_catalog.regclass)
"""

TABLES = """
    SELECT c.oid, n.nspname || '.' || c.relname, c.relkind::text, c.relpersistence::text,
           coalesce(c.reloptions, '{}'), c.relrowsecurity, c.relforcerowsecurity,
           coalesce(pg_catalog.obj_description(c.oid, 'pg_class'), '')
    FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname ~ %(schemas)s AND c.relkind IN ('r', 'p', 'f', 'v', 'm')
      AND c.oid NOT IN (SELECT objid FROM pg_catalog.pg_depend
          WHERE deptype = 'e' AND classid = 'pg_catalog.pg_class'::pg_catalog.regclass)
"""

COLUMNS = """
    SELECT a.attrelid, a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod), NOT a.attnotnull,
           a.attidentity::text, a.attgenerated::text,
           coalesce(pg_catalog.pg_get_expr(d.adbin, d.adrelid), ''),
           CASE WHEN a.attcollation NOT IN (0, t.typcollation)
                THEN (SELECT co.collname FROM pg_catalog.pg_collation co WHERE co.oid = a.attcollation)
                ELSE '' END,
           coalesce(r.description, ''), a.attnum
    FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
    LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    LEFT JOIN pg_catalog.pg_description r ON r.objoid = a.attrelid AND r.objsubid = a.attnum
         AND r.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass
    WHERE n.nspname ~ %(schemas)s AND c.relkind IN ('r', 'p', 'f')
    ORDER BY a.attrelid, a.attnum
"""

# Columns go by their numbers. conenforced and the constraints of NOT NULL came with PostgreSQL 18; the
# triggers of a key stand on both of its tables.
CONSTRAINTS = """
    SELECT con.conrelid, con.conname, con.contype::text, con.conkey, con.confrelid, con.confkey,
           con.confdeltype::text, con.confupdtype::text, con.confmatchtype::text,
           con.condeferrable, con.condeferred, con.convalidated,
           coalesce((to_jsonb(con) ->> 'conenforced')::boolean, true), con.connoinherit,
           CASE WHEN con.contype = 'c' THEN pg_catalog.pg_get_expr(con.conbin, con.conrelid)
                WHEN con.contype = 'x' THEN pg_catalog.pg_get_constraintdef(con.oid) END,
           con.contype <> 'f' OR con.oid NOT IN
               (SELECT tgconstraint FROM pg_catalog.pg_trigger WHERE tgenabled <> 'O' AND tgisinternal)
    FROM pg_catalog.pg_constraint con
    JOIN pg_catalog.pg_class c ON c.oid = con.conrelid
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname ~ %(schemas)s AND (con.contype IN ('c', 'f', 'p', 'u', 'x')
                                       OR con.contype = 'n' AND NOT con.convalidated)
"""

# A key's opclass and collation only where they are not those of its column; its order only where it has one.
INDEXES = """
    SELECT i.indrelid, ic.relname, con.contype::text, i.indisunique, am.amname,
           ARRAY(SELECT pg_catalog.pg_get_indexdef(i.indexrelid, k, false)
                     || CASE WHEN i.indcollation[k - 1] NOT IN (0, 100)
                              AND i.indcollation[k - 1] IS DISTINCT FROM
                                  (SELECT a.attcollation FROM pg_catalog.pg_attribute a
                                   WHERE a.attrelid = i.indrelid AND a.attnum = nullif(i.indkey[k - 1], 0))
                        THEN ' COLLATE ' || (SELECT quote_ident(co.collname) FROM pg_catalog.pg_collation co
                                             WHERE co.oid = i.indcollation[k - 1]) ELSE '' END
                     || (SELECT CASE WHEN o.opcdefault THEN '' ELSE ' ' || o.opcname END
                         FROM pg_catalog.pg_opclass o WHERE o.oid = i.indclass[k - 1])
                     || CASE i.indoption[k - 1] & 3 WHEN 1 THEN ' DESC NULLS LAST' WHEN 2 THEN ' NULLS FIRST'
                        WHEN 3 THEN ' DESC' ELSE '' END
                 FROM generate_series(1, i.indnkeyatts) AS k ORDER BY k),
           ARRAY(SELECT pg_catalog.pg_get_indexdef(i.indexrelid, k, false)
                 FROM generate_series(i.indnkeyatts + 1, i.indnatts) AS k ORDER BY k),
           coalesce(pg_catalog.pg_get_expr(i.indpred, i.indrelid), ''), NOT i.indnullsnotdistinct,
           coalesce(ic.reloptions, '{}'), i.indisvalid AND i.indisready AND i.indislive
    FROM pg_catalog.pg_index i
    JOIN pg_catalog.pg_class ic ON ic.oid = i.indexrelid
    JOIN pg_catalog.pg_class c ON c.oid = i.indrelid
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_catalog.pg_am am ON am.oid = ic.relam
    LEFT JOIN pg_catalog.pg_constraint con ON con.conindid = i.indexrelid AND con.contype IN ('p', 'u', 'x')
    WHERE n.nspname ~ %(schemas)s AND c.relkind IN ('r', 'p', 'm')
"""

# One shape for both: what is written before the table's name, and after it.
TRIGGERS = """
    SELECT c.oid, tg.tgname, tg.tgenabled::text, tg.tgconstraint <> 0, ' ON ' || quote_ident(n.nspname) || '.'
           || quote_ident(c.relname) || ' ', pg_catalog.pg_get_triggerdef(tg.oid), ''
    FROM pg_catalog.pg_trigger tg
    JOIN pg_catalog.pg_class c ON c.oid = tg.tgrelid
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname ~ %(schemas)s AND NOT tg.tgisinternal
    UNION ALL
    SELECT c.oid, ru.rulename, ru.ev_enabled::text, false, '', '', pg_catalog.pg_get_ruledef(ru.oid)
    FROM pg_catalog.pg_rewrite ru
    JOIN pg_catalog.pg_class c ON c.oid = ru.ev_class
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname ~ %(schemas)s AND c.relkind IN ('r', 'p', 'f')
"""

FUNCTIONS = """
    SELECT n.nspname || '.' || p.proname
           || '(' || pg_catalog.pg_get_function_identity_arguments(p.oid) || ')',
           coalesce(pg_catalog.pg_get_function_result(p.oid), ''), l.lanname,
           array_remove(ARRAY[CASE p.provolatile WHEN 'i' THEN 'IMMUTABLE' WHEN 's' THEN 'STABLE' END,
                              CASE WHEN p.proisstrict THEN 'STRICT' END,
                              CASE WHEN p.prosecdef THEN 'SECURITY DEFINER' END,
                              CASE WHEN p.proleakproof THEN 'LEAKPROOF' END,
                              CASE p.proparallel WHEN 's' THEN 'PARALLEL SAFE'
                                                 WHEN 'r' THEN 'PARALLEL RESTRICTED' END
                        ]::text[] || coalesce(p.proconfig, '{}'), NULL),
           coalesce(pg_catalog.pg_get_function_sqlbody(p.oid), p.prosrc),
           pg_catalog.pg_get_functiondef(p.oid)
    FROM pg_catalog.pg_proc p
    JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
    JOIN pg_catalog.pg_language l ON l.oid = p.prolang
    WHERE n.nspname ~ %(schemas)s AND p.prokind IN ('f', 'p', 'w')
      AND p.oid NOT IN (SELECT objid FROM pg_catalog.pg_depend
          WHERE deptype = 'e' AND classid = 'pg_catalog.pg_proc'::pg_catalog.regclass)
"""

SEQUENCES = """
    SELECT n.nspname || '.' || c.relname, pg_catalog.format_type(s.seqtypid, NULL),
           s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcache, s.seqcycle,
           coalesce(on_.nspname || '.' || oc.relname || '.' || oa.attname, ''),
           coalesce(d.deptype = 'i', false)
    FROM pg_catalog.pg_sequence s
    JOIN pg_catalog.pg_class c ON c.oid = s.seqrelid
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_catalog.pg_depend d ON d.objid = c.oid AND d.refobjsubid > 0 AND d.deptype IN ('a', 'i')
         AND d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
         AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
    LEFT JOIN pg_catalog.pg_class oc ON oc.oid = d.refobjid
    LEFT JOIN pg_catalog.pg_namespace on_ ON on_.oid = oc.relnamespace
    LEFT JOIN pg_catalog.pg_attribute oa ON oa.attrelid = d.refobjid AND oa.attnum = d.refobjsubid
    WHERE n.nspname ~ %(schemas)s AND c.oid NOT IN (SELECT objid FROM pg_catalog.pg_depend
          WHERE deptype = 'e' AND classid = 'pg_catalog.pg_class'::pg_catalog.regclass)
"""
