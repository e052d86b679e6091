-- The learning database of the demo agent "main": 300 runs and what was learnt from them.
--
-- Nothing is drawn by chance: dice(run, arm, salt) is arithmetic, so the rows are the same everywhere. The last six
-- runs are those of the session "The missing cent", with its run ids, its times and the six tools that it was sent.
CREATE TABLE run_traces (
  trace_id TEXT PRIMARY KEY, run_id TEXT NOT NULL, session_id TEXT NOT NULL, session_key TEXT,
  timestamp INTEGER NOT NULL, provider TEXT, model TEXT, channel TEXT, is_baseline INTEGER NOT NULL DEFAULT 0,
  context_json TEXT NOT NULL, arms_json TEXT NOT NULL, usage_json TEXT, duration_ms INTEGER,
  system_prompt_chars INTEGER, aborted INTEGER NOT NULL DEFAULT 0, error TEXT
);
CREATE INDEX idx_traces_session ON run_traces (session_key, timestamp);
CREATE INDEX idx_traces_timestamp ON run_traces (timestamp);
CREATE INDEX idx_traces_baseline ON run_traces (is_baseline);
CREATE TABLE arm_posteriors (
  arm_id TEXT PRIMARY KEY, alpha REAL NOT NULL DEFAULT 1.0, beta REAL NOT NULL DEFAULT 1.0,
  pulls INTEGER NOT NULL DEFAULT 0, last_updated INTEGER NOT NULL
);

-- The arms: where they stand in a trace, how large they are in tokens, in how many of 1000 runs they are used, in how
-- many of 1000 selected runs they are included, and the first run that has them.
CREATE TEMP TABLE arms (place INTEGER, arm TEXT, cost INTEGER, used INTEGER, kept INTEGER, since INTEGER);
INSERT INTO arms VALUES
  (1, 'tool:fs:Read', 182, 860, 1000, 1),
  (2, 'tool:exec:exec', 264, 740, 1000, 1),
  (3, 'tool:fs:Edit', 214, 520, 980, 1),
  (4, 'tool:fs:Write', 151, 380, 960, 1),
  (5, 'tool:web:web_fetch', 193, 240, 900, 1),
  (6, 'tool:web:web_search', 176, 110, 620, 1),
  (7, 'tool:messaging:message', 148, 330, 940, 1),
  (8, 'tool:other:sessions_spawn', 327, 130, 700, 1),
  (9, 'tool:memory:memory_search', 158, 60, 450, 1),
  (10, 'tool:other:process', 226, 170, 760, 1),
  (11, 'tool:other:cron', 241, 30, 220, 1),
  (12, 'tool:web:browser', 684, 40, 260, 1),
  (13, 'skill:cart-check:main', 250, 410, 950, 1),
  (14, 'skill:supplier-sheet:main', 236, 90, 540, 1),
  (15, 'skill:night-watch:main', 219, 20, 240, 1),
  (16, 'skill:gift-wrap:main', 244, 500, 1000, 292),
  (17, 'file:workspace:AGENTS.md', 912, 270, 900, 1),
  (18, 'file:workspace:SOUL.md', 431, 50, 380, 1),
  (19, 'file:workspace:MEMORY.md', 1184, 200, 860, 1),
  (20, 'file:workspace:TOOLS.md', 655, 80, 470, 1),
  (21, 'skill:return-label:main', 64, 100, 1000, 298);

-- The last six runs.
CREATE TEMP TABLE known (run INTEGER, run_id TEXT, ended INTEGER);
INSERT INTO known VALUES
  (295, '5e0e14ca-778e-4176-a500-bddf37b00307', 1795168915153),
  (296, 'c6a942d3-03f8-4c48-9e5c-41765df6f817', 1795169101372),
  (297, '5eda7e46-a386-44a7-870c-589145d28c06', 1795169225213),
  (298, '04948682-4233-4b55-aff9-59b7c7fda173', 1795169330132),
  (299, '603ae5da-4663-4a99-9910-fc8d0f06e36b', 1795169591430),
  (300, '627d239f-df8a-4f39-a199-c0a98a624ac1', 1795170155663);

-- The runs: the first 60 belong to the passive phase, which selects nothing; of the others one in ten is a baseline.
CREATE TEMP TABLE runs AS
WITH RECURSIVE numbers (run) AS (SELECT 1 UNION ALL SELECT run + 1 FROM numbers WHERE run < 300),
timed AS (
  SELECT run, run_id, coalesce(ended, 1793350800000 + run * 6170000 + dice(run, 0, 1) * 4000) AS ended,
         run <= 60 OR (run < 295 AND dice(run, 0, 2) < 100) AS baseline
  FROM numbers LEFT JOIN known USING (run)
)
SELECT run, ended, baseline,
       coalesce(run_id, printf('%08x-0000-4000-8000-%012x', dice(run, 0, 3) * 4201391, run)) AS run_id,
       CASE WHEN run < 295 AND run % 5 = 0 THEN 'agent:main:main:heartbeat'
            WHEN run < 295 AND run % 7 = 0 THEN 'agent:main:telegram:group:-1002026112000'
            WHEN ended < 1793373674510 THEN 'agent:main:explicit:opening-hours'
            WHEN ended BETWEEN 1794150000000 AND 1794497214876 AND run % 2 = 0 THEN 'agent:main:telegram:direct:mira'
            WHEN ended BETWEEN 1794900000000 AND 1795018824379 AND run % 3 = 0
              THEN 'agent:main:dashboard:d19e2413-bad0-4c27-8ced-402f3bfa5ca2'
            WHEN ended BETWEEN 1795060000000 AND 1795097076461 THEN 'agent:main:explicit:release-notes'
            ELSE 'agent:main:main' END AS session_key
FROM timed;

INSERT INTO run_traces
WITH marked AS (
  SELECT run, place, arm, cost,
         dice(run, place, 4) < used AS referenced,
         baseline OR dice(run, place, 5) < kept OR (run > 294 AND place IN (5, 8)) AS chosen
  FROM runs JOIN arms ON run >= since
  -- A tool that is left out is not in the prompt at all; skills and files only get a label.
  WHERE baseline OR arm NOT LIKE 'tool:%' OR dice(run, place, 5) < kept OR (run > 294 AND place IN (5, 8))
),
kept AS (SELECT * FROM marked WHERE run < 295 OR place IN (1, 2, 3, 4, 5, 8) OR place > 12),
prompts AS (
  SELECT run, sum(cost) FILTER (WHERE chosen) AS cost,
         json_group_array(json_object('armId', arm, 'included', json(iif(chosen, 'true', 'false')), 'referenced',
           json(iif(referenced, 'true', 'false')), 'tokenCost', cost) ORDER BY place) AS arms
  FROM kept GROUP BY run
),
told AS (
  SELECT runs.*, prompts.arms, prompts.cost, 9600 + cost * 4 AS chars,
         CASE session_key WHEN 'agent:main:main:heartbeat' THEN 'claude-haiku-4-5'
           WHEN 'agent:main:explicit:release-notes' THEN 'gpt-5.1'
           WHEN 'agent:main:explicit:opening-hours' THEN 'gpt-5.1' ELSE 'claude-sonnet-4-5' END AS model,
         CASE WHEN session_key LIKE '%:telegram:%' OR session_key = 'agent:main:main' THEN 'telegram'
           WHEN session_key LIKE '%:dashboard:%' THEN 'webchat' END AS channel,
         2400 + cost + dice(run, 0, 6) * 3 AS input, 90 + dice(run, 0, 7) AS output
  FROM runs JOIN prompts USING (run)
)
SELECT printf('%08x-0000-4000-9000-%012x', dice(run, 0, 8) * 4201391, run), run_id,
       CASE session_key WHEN 'agent:main:main:heartbeat' THEN '8ba060f1-0dfe-474b-b68c-6714479dd02e'
         WHEN 'agent:main:telegram:group:-1002026112000' THEN 'f2ecb7d9-0a6f-4693-b4a0-a7d3d3f1b773'
         WHEN 'agent:main:explicit:opening-hours' THEN '97971ae3-c407-406c-a0a9-5218f226d5e6'
         WHEN 'agent:main:telegram:direct:mira' THEN 'd6ca839b-a8d4-4ad8-a11f-d5b0a7753e56'
         WHEN 'agent:main:dashboard:d19e2413-bad0-4c27-8ced-402f3bfa5ca2' THEN 'bc1be6c6-1880-479e-bc9b-254cbd9831d4'
         WHEN 'agent:main:explicit:release-notes' THEN '815e23f0-08f8-4399-b9fd-4ec3f2a9be44'
         -- The main session was reset and deleted on its way.
         ELSE CASE WHEN ended < 1794249000412 THEN '5619f21b-552f-4fcd-ba26-84f94683f165'
                WHEN ended < 1794381321003 THEN '9483afa0-f5ba-4ca6-adde-8126bc306607'
                ELSE '6ca4a1a9-f5b1-4f71-9c7a-c8ad1b2ba06b' END
       END,
       session_key, ended, iif(model LIKE 'gpt%', 'openai', 'anthropic'), model, channel, baseline,
       iif(channel IS NULL,
         json_object('sessionKey', session_key, 'provider', iif(model LIKE 'gpt%', 'openai', 'anthropic'),
           'model', model, 'promptLength', chars),
         json_object('sessionKey', session_key, 'channel', channel, 'provider',
           iif(model LIKE 'gpt%', 'openai', 'anthropic'), 'model', model, 'promptLength', chars)),
       arms,
       iif(run % 23 = 0, NULL, json_object('input', input, 'output', output, 'cacheRead', 4 * cost, 'cacheWrite',
         dice(run, 0, 9), 'total', input + output + 4 * cost + dice(run, 0, 9))),
       iif(run % 41 = 0, NULL, 2400 + dice(run, 0, 10) * 17 + cost), chars, run % 29 = 0,
       iif(run % 67 = 0, 'provider is overloaded (529)', NULL)
FROM told ORDER BY run;

-- What an active run teaches: one pull for each included arm, and 1 on alpha when it was used, on beta when not.
INSERT INTO arm_posteriors
WITH pulls AS (
  SELECT one.value ->> 'armId' AS arm, one.value ->> 'referenced' AS used, timestamp
  FROM run_traces, json_each(arms_json) AS one
  WHERE run_traces.rowid > 60 AND NOT aborted AND error IS NULL AND one.value ->> 'included'
)
SELECT arm, iif(arm LIKE 'file:%', 1.0, 3.0) + sum(used), 1.0 + sum(NOT used), count(*), max(timestamp) + 4
FROM pulls GROUP BY arm ORDER BY max(timestamp), arm;

DROP TABLE temp.arms;
DROP TABLE temp.known;
DROP TABLE temp.runs;
